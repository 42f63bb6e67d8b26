/**
 * Who takes part in a run that is under load: lets newcomers in, and gives everybody its part of the whole whenever
 * somebody comes or goes.
 */
import type { WorkerLink } from '@loadstar/protocol';
import { type Clock, type Logger, sleep } from '@loadstar/shared';
import type { ScenarioBundle } from '../scenarios/scenario-catalogue.js';
import type { RunBook } from './run-book.js';
import type { RunCrew } from './run-crew.js';
import { messageOf, prepareOne } from './run-launch.js';
import type { RunParticipants } from './run-participants.js';
import type { RunRecord, RunWorker } from './run-record.js';
import type { RunTimings } from './run-state.js';
import { accepts } from './worker-pool.js';

/** What the run itself knows of its time and state. */
export interface RunMoment {
  readonly runId: string;
  readonly record: RunRecord;
  /** Whether newcomers and new shares make sense now. */
  readonly isSteady: boolean;
  /** Whether the run waits for the workers that had it under an earlier master, and nothing is decided. */
  readonly isWaiting: boolean;
  /** Monotonic moment of run time 0; undefined before it is fixed. */
  readonly startAtMs: number | undefined;
  /** A moment of the run that every worker can still be told of in time, milliseconds of run time. */
  soon(): number;
}

export interface RunSharesParts {
  readonly book: RunBook;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly timings: RunTimings;
  readonly bundle: ScenarioBundle;
}

export function asRunWorker({ id, name, incarnation, engines }: WorkerLink): RunWorker {
  return { id, name, incarnation, engines };
}

/** Longest that a new plan waits until the one before it was told to all, milliseconds: one who is cut off never confirms. */
const tellMs = 500;

export class RunShares {
  /** Run time of the last change of load or shares; what snapshots of before say of spawning counts no more. */
  changedAtMs = 0;
  /** Workers that are being let in. */
  private readonly admitting = new Set<string>();
  /** The plan that is being told, and the one that is made after it. */
  private telling: Promise<unknown> = Promise.resolve();
  private next: Promise<void> | undefined;

  constructor(
    private readonly moment: RunMoment,
    private readonly crew: RunCrew,
    private readonly parts: RunSharesParts,
  ) {}

  /** Whether a worker takes part, or is being let in. */
  has(workerId: string): boolean {
    return this.participants.get(workerId) !== undefined || this.admitting.has(workerId);
  }

  /**
   * Whether a free worker may join while the run goes on. Not while nobody in it is heard: a run that may be dead is no
   * newcomer's, so that how it ends does not depend on how soon a replacement starts.
   */
  wants(link: WorkerLink): boolean {
    const { record, isSteady } = this.moment;
    const { workers = Infinity } = record.placement;
    const taken = this.participants.standing('active').length + this.admitting.size;
    const hasRoom = taken < workers && this.participants.anyHeard;
    return isSteady && !this.has(link.id) && accepts(record.placement, link) && hasRoom;
  }

  /** Lets a worker into a run that is going on. */
  async admit(link: WorkerLink): Promise<void> {
    const { moment, crew } = this;
    const { bundle, timings, logger } = this.parts;
    if (!link.isUsable || !this.wants(link)) return;
    this.admitting.add(link.id);
    try {
      await prepareOne(link, moment.record.plan, bundle, timings.startBarrierMs);
    } catch (error) {
      logger.warn({ run: moment.runId, worker: link.id, detail: messageOf(error) }, 'a worker could not join the run');
      return;
    } finally {
      this.admitting.delete(link.id);
    }
    if (!moment.isSteady || !link.isUsable || !this.participants.anyHeard) {
      await crew.release(link, 'the run is over, or nobody in it is heard');
      return;
    }
    await this.parts.book.change(moment.runId, ({ workers }) => ({ workers: [...workers, asRunWorker(link)] }));
    this.participants.add(link);
    await this.reshare();
  }

  /**
   * Gives every active participant its part of the whole, all from the same moment of the run. Whoever comes or goes while
   * a plan is being told is in the next one, with all others: when a fleet comes one by one, telling everybody a new plan
   * for each of them would be the square of the fleet.
   */
  reshare(): Promise<void> {
    this.next ??= this.telling.then(() => {
      this.next = undefined;
      const told = this.tell();
      this.telling = Promise.race([told.catch(() => {}), sleep(this.parts.clock, tellMs)]);
      return told;
    });
    return this.next;
  }

  private async tell(): Promise<void> {
    const { moment, crew, participants } = this;
    if (!moment.isSteady) return;
    const atMs = moment.soon();
    const told = participants.reshare();
    if (told.length === 0 || moment.startAtMs === undefined) return;
    this.changedAtMs = atMs;
    await this.parts.book.move(moment.runId, 'spawning');
    const failed = await crew.tellShares(told, moment.startAtMs, atMs);
    if (failed.length === 0) return;
    for (const { link } of failed) {
      participants.remove(link.id);
      // Never throws, and nobody has to wait for it.
      void crew.release(link, 'it could not be started');
    }
    await this.tell();
  }

  private get participants(): RunParticipants {
    return this.crew.participants;
  }
}
