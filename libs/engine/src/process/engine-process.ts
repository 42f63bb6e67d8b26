import { type ChildProcess, fork } from 'node:child_process';
import type { Readable } from 'node:stream';
import { type Clock, environment, fromWireError, LoadstarError, type TimerHandle } from '@loadstar/shared';
import type { Command, Event, Order, Question } from './messages.js';
import { PrintedLines } from './printed-lines.js';

/**
 * All that an engine process gets of the environment: what Node needs to run and to trust certificates. Scenario code
 * could read everything that is passed, so platform secrets are not.
 */
const passedVariables = ['PATH', 'TZ', 'LANG', 'LC_ALL', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot', 'NODE_EXTRA_CA_CERTS'];

/**
 * The environment of every engine process. glibc gives memory back to the kernel as soon as 128 kB are free at the end of
 * the heap and takes it anew for the next body: a page fault for every 4 kB, a third of the time of a body of 100 kB.
 * Values in octets; the first is the largest that glibc takes (`man mallopt`). Elsewhere they mean nothing.
 */
export const engineEnvironment: Readonly<Record<string, string>> = {
  MALLOC_MMAP_THRESHOLD_: '33554432',
  MALLOC_TRIM_THRESHOLD_: '67108864',
};

export interface EngineProcessOptions {
  readonly entry: string;
  readonly nodeArgs: readonly string[];
  readonly clock: Clock;
  readonly onEvent: (event: Event) => void;
  /** Called once, when the process has ended, with how: such as `exit code 1` or `signal SIGKILL`. */
  readonly onExit: (how: string) => void;
  /** A line that scenario code printed. */
  readonly onLine: (stream: 'stdout' | 'stderr', line: string) => void;
}

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly timer: TimerHandle;
}

/** The parent's handle on one engine process. */
export class EngineProcess {
  private readonly child: ChildProcess;
  private readonly waiting = new Map<number, Waiting>();
  private lastId = 0;
  private exited = false;
  private readonly gone: Promise<void>;

  constructor(private readonly options: EngineProcessOptions) {
    const source = environment();
    const env = Object.fromEntries(passedVariables.flatMap((name) => (source[name] ? [[name, source[name]]] : [])));
    this.child = fork(options.entry, [], {
      env: { ...engineEnvironment, ...env },
      execArgv: [...options.nodeArgs],
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.gone = new Promise((resolve) => {
      const ended = (how: string): void => {
        if (this.exited) return;
        this.exited = true;
        this.refuseAll(how);
        options.onExit(how);
        resolve();
      };
      this.child.on('exit', (code, signal) => ended(signal ? `signal ${signal}` : `exit code ${code ?? 'unknown'}`));
      this.child.on('error', (error) => {
        if (this.child.pid === undefined) ended(error.message);
      });
    });
    this.child.on('message', (event: Event) => this.take(event));
    this.pipe('stdout', this.child.stdout);
    this.pipe('stderr', this.child.stderr);
  }

  get alive(): boolean {
    return !this.exited;
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /**
   * Asks and waits for the answer.
   * @throws LoadstarError what the engine answers, ENGINE_DIED when it ends first; `late` after `limitMs`
   */
  ask(question: Question, limitMs: number, late: () => LoadstarError): Promise<unknown> {
    if (this.exited) return Promise.reject(new LoadstarError('ENGINE_DIED', { detail: 'it has ended' }));
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      const timer = this.options.clock.setTimeout(() => {
        this.waiting.delete(id);
        reject(late());
      }, limitMs);
      this.waiting.set(id, { resolve, reject, timer });
      this.send({ ...question, id });
    });
  }

  order(order: Order): void {
    this.send(order);
  }

  /** Ends the process at once; it holds nothing that would have to be saved. Resolves when it is gone. */
  end(): Promise<void> {
    if (!this.exited) this.child.kill('SIGKILL');
    return this.gone;
  }

  private send(command: Command): void {
    // A process that is going down is noticed by its exit, not by a failed send.
    if (this.child.connected) this.child.send(command, () => {});
  }

  private take(event: Event): void {
    if (event.kind !== 'answer' && event.kind !== 'problem') {
      this.options.onEvent(event);
      return;
    }
    const waiting = this.waiting.get(event.id);
    if (!waiting) return;
    this.waiting.delete(event.id);
    waiting.timer.cancel();
    if (event.kind === 'answer') waiting.resolve(event.value);
    else waiting.reject(fromWireError(event.problem));
  }

  private refuseAll(how: string): void {
    for (const { reject, timer } of this.waiting.values()) {
      timer.cancel();
      reject(new LoadstarError('ENGINE_DIED', { detail: how }));
    }
    this.waiting.clear();
  }

  private pipe(stream: 'stdout' | 'stderr', readable: Readable | null): void {
    if (!readable) return;
    const lines = new PrintedLines(this.options.clock, (line) => this.options.onLine(stream, line));
    readable.setEncoding('utf8').on('data', (text: string) => lines.take(text));
  }
}
