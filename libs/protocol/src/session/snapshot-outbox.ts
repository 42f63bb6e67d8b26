import type { Clock } from '@loadstar/shared';
import type { RunStats, SnapshotHeader } from '@loadstar/stats';

/**
 * What became of a snapshot. `retry`: sent, but no answer, or not now. `unsent`: there was no way to send it. `refused`:
 * never, so it is dropped.
 */
export type Delivery = 'taken' | 'retry' | 'unsent' | 'refused';

interface Waiting {
  readonly header: SnapshotHeader;
  readonly stats: RunStats;
}

/** Least time from the end of a delivery to the beginning of the next, but for last words: what piled up is no flood. */
export interface Pace {
  readonly clock: Clock;
  readonly gapMs: number;
}

/** Runs whose last numbers may wait at once, when a master stays away over several. */
const maxRuns = 4;

/**
 * What a worker still has to say: of each run the newest snapshot only, because snapshots are cumulative; one on its
 * way at a time. So its memory is flat however long the master is away, and a slow wire carries what matters.
 */
export class SnapshotOutbox {
  private readonly waiting = new Map<string, Waiting>();
  private isSending = false;
  private lastSeq = 0;
  private notBeforeMs = -Infinity;
  private isResting = false;
  private emptyWaiters: (() => void)[] = [];

  /** @param deliver sends one snapshot; must settle, and must not throw */
  constructor(
    private readonly deliver: (header: SnapshotHeader, stats: RunStats) => Promise<Delivery>,
    private readonly pace?: Pace,
  ) {}

  get isEmpty(): boolean {
    return this.waiting.size === 0;
  }

  /**
   * Takes the newest numbers of a run; they must not be changed any more.
   * @returns the header with its number; undefined when the last word of the run waits already
   */
  offer(header: Omit<SnapshotHeader, 'seq'>, stats: RunStats): SnapshotHeader | undefined {
    const older = this.waiting.get(header.runId);
    if (older?.header.final && !header.final) return undefined;
    this.waiting.delete(header.runId);
    for (const oldest of this.waiting.keys()) {
      if (this.waiting.size < maxRuns) break;
      this.waiting.delete(oldest);
    }
    const numbered = { ...header, seq: ++this.lastSeq };
    this.waiting.set(header.runId, { header: numbered, stats });
    this.pump();
    return numbered;
  }

  /** Tries again what waits; called when the way may be free. */
  pump(): void {
    if (this.isSending) return;
    const all = [...this.waiting.values()];
    const next = all.find(({ header }) => header.final) ?? all[0];
    if (!next) {
      for (const resolve of this.emptyWaiters.splice(0)) resolve();
      return;
    }
    if (!next.header.final && this.rest()) return;
    this.isSending = true;
    void this.deliver(next.header, next.stats).then((delivery) => {
      this.isSending = false;
      // After a time without a master its first numbers are waited for.
      if (this.pace && delivery !== 'unsent') this.notBeforeMs = this.pace.clock.nowMs() + this.pace.gapMs;
      const { runId } = next.header;
      if (delivery === 'retry' || delivery === 'unsent') return;
      if (this.waiting.get(runId) === next) this.waiting.delete(runId);
      this.pump();
    });
  }

  /** @returns whether it is too early; then it goes on by itself */
  private rest(): boolean {
    const { pace, notBeforeMs } = this;
    const waitMs = pace ? notBeforeMs - pace.clock.nowMs() : 0;
    if (!pace || waitMs <= 0) return false;
    if (!this.isResting) {
      this.isResting = true;
      pace.clock.setTimeout(() => {
        this.isResting = false;
        this.pump();
      }, waitMs);
    }
    return true;
  }

  /** Resolves when nothing waits any more. */
  whenEmpty(): Promise<void> {
    if (this.isEmpty && !this.isSending) return Promise.resolve();
    return new Promise((resolve) => this.emptyWaiters.push(resolve));
  }
}
