/**
 * The start of one run: everybody prepares, `setup` runs on one, and one moment is fixed for all. Where anything fails, or
 * somebody calls the start off, everybody lets go and the run is over.
 */
import type { WorkerLink } from '@loadstar/protocol';
import { type Clock, LoadstarError, type Logger } from '@loadstar/shared';
import type { ScenarioBundle } from '../scenarios/scenario-catalogue.js';
import type { RunBook } from './run-book.js';
import type { RunCrew } from './run-crew.js';
import { messageOf, prepareAll, prepareFailed, runSetup, within } from './run-launch.js';
import { asRunWorker } from './run-shares.js';
import { PendingStart, startCalledOff } from './run-starts.js';
import type { RunTimings } from './run-state.js';

export interface RunLauncherParts {
  readonly book: RunBook;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly timings: RunTimings;
  readonly bundle: ScenarioBundle;
  readonly crew: RunCrew;
  /** The monotonic moment of run time 0 is fixed, and nobody is told of it yet. */
  readonly fixed: (startAtMs: number) => void;
  /** There will be no run to watch: forgets all timers. */
  readonly close: () => void;
  /** Stands the clock of the run still, at 0. */
  readonly stopClock: () => void;
  readonly over: () => void;
}

/** How long workers may take to confirm that they have let go of a run that will not start, milliseconds. */
const releaseMs = 2_000;

export class RunLauncher {
  private readonly pending: PendingStart;
  private isStopped = false;

  constructor(
    private readonly runId: string,
    private readonly parts: RunLauncherParts,
  ) {
    this.pending = new PendingStart(runId);
  }

  /** Somebody does not want the run any more. */
  stop(reason: string): void {
    this.isStopped = true;
    this.pending.callOff(startCalledOff(this.runId, reason));
  }

  /** A worker cannot take part. @param how in words, such as "was lost" */
  lost(link: WorkerLink, how: string): void {
    this.pending.callOff(prepareFailed(link, new Error(`it ${how} before the start`)));
  }

  /**
   * @throws LoadstarError PREPARE_FAILED, START_BARRIER, SETUP_FAILED, SCENARIO_*, START_CALLED_OFF.
   * Nobody generates load then, and the run is over.
   */
  async launch(links: readonly WorkerLink[]): Promise<void> {
    const { book, bundle, clock, crew, timings, logger } = this.parts;
    for (const link of links) crew.participants.add(link);
    try {
      const { plan } = book.get(this.runId);
      const isWanted = (): boolean => !crew.isReleased;
      await this.pending.step(prepareAll(links, plan, bundle, clock, timings.startBarrierMs, isWanted));
      const [first] = links;
      if (first) crew.setupData = await this.pending.step(runSetup(first, this.runId, timings));
      for (const link of links) if (!link.isUsable) throw prepareFailed(link, new Error('it left before the start'));
      await this.begin(links);
    } catch (error) {
      await this.giveUp(error);
      throw error;
    }
    logger.info({ run: this.runId, workers: links.length }, 'run started');
  }

  private async begin(links: readonly WorkerLink[]): Promise<void> {
    const { book, clock, crew, timings, fixed } = this.parts;
    const leadMs = Math.max(timings.startLeadMs, ...links.map(({ rttMs }) => 2 * rttMs));
    const startAtMs = clock.nowMs() + leadMs;
    const [first] = links;
    const moved = await book.move(this.runId, 'spawning', {
      startedAtMs: Math.round(clock.wallMs() + leadMs),
      workers: links.map(asRunWorker),
      setup: first && { workerId: first.id, data: crew.setupData },
    });
    const { state } = book.get(this.runId);
    if (!moved) throw new LoadstarError('RUN_NOT_ACTIVE', { runId: this.runId, state });
    // Stopped while that was being stored: nobody was told to begin yet.
    this.pending.check();
    fixed(startAtMs);
    await this.pending.step(crew.startAll(startAtMs));
  }

  private async giveUp(error: unknown): Promise<void> {
    const { book, clock, logger, crew, close, stopClock, over } = this.parts;
    close();
    const reason = messageOf(error);
    const to = this.isStopped ? 'aborted' : 'failed';
    await within(clock, releaseMs, crew.releaseAll(reason), () => new Error('late')).catch(() => {});
    stopClock();
    try {
      await book.move(this.runId, to, { reason, endedAtMs: Math.round(clock.wallMs()) });
      logger.warn({ run: this.runId, reason }, 'run not started');
    } catch (unsaid) {
      // Whoever wanted the run is to hear why it has not begun.
      logger.error({ run: this.runId, reason, err: unsaid }, 'the end of a start could not be put on record');
    } finally {
      over();
    }
  }
}
