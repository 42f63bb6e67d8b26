import type { RunStats, SnapshotHeader } from '@loadstar/stats';

/** What became of a snapshot that was sent. `retry`: no answer, or not now. `refused`: never, so it is dropped. */
export type Delivery = 'taken' | 'retry' | 'refused';

interface Waiting {
  readonly header: SnapshotHeader;
  readonly stats: RunStats;
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
  private emptyWaiters: (() => void)[] = [];

  /** @param deliver sends one snapshot; must settle, and must not throw */
  constructor(private readonly deliver: (header: SnapshotHeader, stats: RunStats) => Promise<Delivery>) {}

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
    const [next] = this.waiting.values();
    if (!next) {
      for (const resolve of this.emptyWaiters.splice(0)) resolve();
      return;
    }
    this.isSending = true;
    void this.deliver(next.header, next.stats).then((delivery) => {
      this.isSending = false;
      const { runId } = next.header;
      if (delivery !== 'retry' && this.waiting.get(runId) === next) this.waiting.delete(runId);
      if (delivery !== 'retry') this.pump();
    });
  }

  /** Resolves when nothing waits any more. */
  whenEmpty(): Promise<void> {
    if (this.isEmpty && !this.isSending) return Promise.resolve();
    return new Promise((resolve) => this.emptyWaiters.push(resolve));
  }
}
