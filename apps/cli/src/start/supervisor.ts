import { type ChildProcess, fork } from 'node:child_process';
import { type AppMessage, type Clock, fromWireError, LoadstarError, type TimerHandle } from '@loadstar/shared';
import type { ProcessSpec } from './process-plan.js';

/**
 * Keeps a list of processes alive: starts them stage by stage, restarts what dies with growing pauses, and ends all of
 * them in the opposite order. Children get process groups of their own, because Ctrl-C in a terminal reaches the whole
 * foreground group and would be a second signal for them.
 */
export interface SupervisorOptions {
  readonly clock: Clock;
  /** Milliseconds a stage may take to stop before it is killed. */
  readonly drainMs: number;
  /** Milliseconds a process may take until it says that it is ready. */
  readonly readyLimitMs: number;
  readonly onEvent: (event: SupervisorEvent) => void;
}

export type SupervisorEvent =
  | { kind: 'ready'; name: string; url: string; pid: number }
  | { kind: 'died'; name: string; how: string; restartInMs: number }
  | { kind: 'restarted'; name: string; url: string; pid: number }
  | { kind: 'stopping'; name: string }
  | { kind: 'killed'; name: string };

/** Pause before the first restart, doubled for each further one. */
const firstPauseMs = 500;
const longestPauseMs = 10_000;
/** A process that lived this long starts again with the first pause. */
const stableAfterMs = 30_000;

interface Child {
  readonly spec: ProcessSpec;
  process: ChildProcess | undefined;
  startedMs: number;
  pauseMs: number;
  restart: TimerHandle | undefined;
  exited: Promise<void>;
  /** Ends for good, so its end is no reason to start it again. */
  isLeaving: boolean;
}

const newChild = (spec: ProcessSpec): Child => ({
  spec,
  process: undefined,
  startedMs: 0,
  pauseMs: firstPauseMs,
  restart: undefined,
  exited: Promise.resolve(),
  isLeaving: false,
});

export class Supervisor {
  private children: Child[];
  private stopping: Promise<void> | undefined;

  constructor(
    specs: readonly ProcessSpec[],
    private readonly options: SupervisorOptions,
  ) {
    this.children = specs.map(newChild);
  }

  /**
   * Starts every process; resolves when all are ready.
   * @throws LoadstarError of the process that could not start; the others have been stopped by then
   */
  async start(): Promise<void> {
    try {
      for (const stage of this.stages()) {
        await Promise.all(
          stage.map(async (child) => {
            const url = await this.launch(child);
            this.options.onEvent({ kind: 'ready', name: child.spec.name, url, pid: child.process?.pid ?? 0 });
          }),
        );
      }
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  /**
   * Starts one more process, and keeps it running like the others; resolves when it is ready.
   * @throws LoadstarError when it could not start; it is then not tried again
   */
  async add(spec: ProcessSpec): Promise<void> {
    if (this.stopping) return;
    const child = newChild(spec);
    this.children.push(child);
    try {
      const url = await this.launch(child);
      this.options.onEvent({ kind: 'ready', name: spec.name, url, pid: child.process?.pid ?? 0 });
    } catch (error) {
      this.children = this.children.filter((other) => other !== child);
      throw error;
    }
  }

  /** Ends a process for good; one that is not there is no matter. */
  async remove(name: string): Promise<void> {
    const child = this.children.find(({ spec }) => spec.name === name);
    if (!child || this.stopping) return;
    this.children = this.children.filter((other) => other !== child);
    child.isLeaving = true;
    child.restart?.cancel();
    await this.end(child);
  }

  /** Ends everything in the opposite order of the start; a process over the drain limit is killed. */
  stop(): Promise<void> {
    this.stopping ??= this.stopAll();
    return this.stopping;
  }

  /** Ends everything at once. */
  kill(): void {
    for (const { process } of this.children) process?.kill('SIGKILL');
  }

  private async stopAll(): Promise<void> {
    for (const child of this.children) child.restart?.cancel();
    for (const stage of this.stages().toReversed()) {
      await Promise.all(stage.map((child) => this.end(child)));
    }
  }

  private async end(child: Child): Promise<void> {
    const { process } = child;
    if (!process) return;
    this.options.onEvent({ kind: 'stopping', name: child.spec.name });
    process.kill('SIGTERM');
    const limit = this.options.clock.setTimeout(() => {
      this.options.onEvent({ kind: 'killed', name: child.spec.name });
      process.kill('SIGKILL');
    }, this.options.drainMs);
    await child.exited;
    limit.cancel();
  }

  private stages(): Child[][] {
    const numbers = [...new Set(this.children.map(({ spec }) => spec.stage))].toSorted((a, b) => a - b);
    return numbers.map((stage) => this.children.filter(({ spec }) => spec.stage === stage));
  }

  private launch(child: Child): Promise<string> {
    const { clock, readyLimitMs } = this.options;
    const { name, script, env, nodeArgs } = child.spec;
    return new Promise<string>((resolve, reject) => {
      const process = fork(script, [], {
        env,
        execArgv: [...nodeArgs],
        detached: true,
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      });
      child.process = process;
      child.startedMs = clock.nowMs();
      let ready = false;
      const limit = clock.setTimeout(() => {
        reject(
          new LoadstarError('APP_NOT_STARTED', { app: name, detail: `it was not ready within ${readyLimitMs} ms` }),
        );
        process.kill('SIGKILL');
      }, readyLimitMs);
      process.on('message', (message: AppMessage) => {
        limit.cancel();
        if (message.kind === 'failed') return reject(fromWireError(message.error));
        ready = true;
        resolve(message.url);
      });
      child.exited = new Promise((exited) => {
        process.on('exit', (code, signal) => {
          limit.cancel();
          child.process = undefined;
          exited();
          const how = signal ? `signal ${signal}` : `exit code ${code}`;
          if (ready) this.revive(child, how);
          else reject(new LoadstarError('APP_NOT_STARTED', { app: name, detail: `it ended with ${how}` }));
        });
      });
    });
  }

  private revive(child: Child, how: string): void {
    if (this.stopping || child.isLeaving) return;
    const { clock, onEvent } = this.options;
    const { name } = child.spec;
    if (clock.nowMs() - child.startedMs > stableAfterMs) child.pauseMs = firstPauseMs;
    const restartInMs = child.pauseMs;
    child.pauseMs = Math.min(longestPauseMs, child.pauseMs * 2);
    onEvent({ kind: 'died', name, how, restartInMs });
    child.restart = clock.setTimeout(() => {
      this.launch(child).then(
        (url) => onEvent({ kind: 'restarted', name, url, pid: child.process?.pid ?? 0 }),
        (error: unknown) => this.revive(child, error instanceof Error ? error.message : String(error)),
      );
    }, restartInMs);
  }
}
