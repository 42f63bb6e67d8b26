import {
  type ArrivalLoad,
  type LoadChange,
  type RateTrack,
  type ScenarioLoad,
  SeededRandom,
  type Share,
  shareOf,
} from '@loadstar/shared';
import type { TaskChoice } from '../arrival-tasks.js';
import { ArrivalSequence } from '../arrival-sequence.js';
import { arrivalShare } from '../share-of-work.js';
import type { ArrivalSource, Executor, ExecutorContext, ExecutorStatus } from './executor.js';

/** A share and the run time from which it holds. */
interface SharePeriod {
  readonly fromMs: number;
  readonly share: Share;
}

/**
 * What the open executors share: arrivals by an absolute schedule that never waits for answers. This engine goes through
 * all arrivals of the scenario and starts its own: number k belongs to the share k mod `of` that holds at its due time.
 */
export abstract class OpenLoad implements Executor, ArrivalSource {
  readonly timing: ArrivalLoad['timing'];
  protected readonly sequence: ArrivalSequence;
  private periods: SharePeriod[];
  private ended: string | undefined;

  constructor(
    protected readonly context: ExecutorContext,
    protected readonly load: ScenarioLoad & ArrivalLoad,
    protected readonly track: RateTrack,
  ) {
    this.timing = load.timing;
    this.periods = [{ fromMs: 0, share: context.share }];
    const random = load.spacing === 'poisson' ? new SeededRandom(`${context.seed}/spacing`) : undefined;
    this.sequence = new ArrivalSequence(track, random);
    this.skipMissed();
  }

  get arrivals(): ArrivalSource {
    return this;
  }

  get nextMs(): number {
    return this.sequence.dueMs;
  }

  take(elapsedMs: number, most: number): void {
    const { sequence } = this;
    const { arrivals } = this.context;
    // Not a step beyond what is due: shares and rates may change before the next one.
    for (let left = most; left > 0 && sequence.dueMs <= elapsedMs;) {
      const { number, dueMs } = sequence;
      const own = this.isOwn(number, dueMs);
      const choice = this.pass();
      if (!own) continue;
      arrivals.arrive({ number, dueMs, choice });
      left--;
    }
  }

  advance(elapsedMs: number): void {
    if (this.ended !== undefined || elapsedMs < this.track.endMs) return;
    // Late ones first: everything that was planned is started or dropped.
    this.take(elapsedMs, Infinity);
    this.ended = 'its time is over';
  }

  close(elapsedMs: number): void {
    this.ended ??= 'it was stopped';
    for (const { sequence } = this; sequence.dueMs <= elapsedMs; this.pass()) {
      if (this.isOwn(sequence.number, sequence.dueMs)) this.context.arrivals.drop();
    }
  }

  abstract change(change: LoadChange): void;

  reshare(share: Share, atMs: number): void {
    // Arrivals that are due before `atMs` keep their owner, also when they are started late.
    this.periods = [...this.periods.filter(({ fromMs }) => fromMs < atMs), { fromMs: atMs, share }];
    this.context.arrivals.setShare(share);
  }

  get status(): ExecutorStatus {
    const targetUsers = Math.min(this.load.preAllocatedVUs, this.context.maxUsers);
    const { share } = this.periods.at(-1) ?? this.context;
    return {
      targetUsers,
      ownTarget: shareOf(targetUsers, share),
      spawnRate: 0,
      phase: 'running',
      ended: this.ended,
    };
  }

  /** What was due before this engine came was somebody else's; a change that it is told of later may show more of it. */
  protected skipMissed(): void {
    while (this.sequence.dueMs < this.context.startMs) this.pass();
  }

  /** Goes on to the next arrival. @returns the task of the one that was next: also others' are used up, to stay in step */
  private pass(): TaskChoice {
    this.sequence.next();
    return this.context.nextTask();
  }

  private isOwn(number: number, dueMs: number): boolean {
    const last = this.periods.at(-1);
    const period = !last || last.fromMs > dueMs ? this.periods.findLast(({ fromMs }) => fromMs <= dueMs) : last;
    const share = period && arrivalShare(period.share, this.load.maxVUs);
    return share !== undefined && number % share.of === share.index;
  }
}
