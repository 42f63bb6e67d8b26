import { pause } from '../eventually.js';
import type { Scene } from './scene.js';

/** What a worker had sent by a moment: the master counted it after `askedMs` and before `answeredMs`. */
interface Look {
  readonly askedMs: number;
  readonly answeredMs: number;
  readonly snapshots: number;
}

const lookMs = 100;

/** Counts the snapshots that a master takes from each worker, by asking it how many there were again and again. */
export class SnapshotWatch {
  private readonly looks = new Map<string, Look[]>();
  private isOver = false;
  private readonly work: Promise<void>;

  constructor(private readonly stage: Scene) {
    this.work = this.look();
  }

  async end(): Promise<void> {
    this.isOver = true;
    await this.work;
  }

  /** How many have come of a worker since the first look. */
  total(worker: string): number {
    const looks = this.looks.get(worker) ?? [];
    return (looks.at(-1)?.snapshots ?? 0) - (looks[0]?.snapshots ?? 0);
  }

  /**
   * Most snapshots of any worker beyond what a rate allows, over every time between two looks; a time is taken as long as
   * it can have been, so a machine that stands still makes it longer and the claim weaker, not false.
   * @param perSecond the rate; a time shorter than a second counts as one
   */
  mostBeyond(perSecond: number): number {
    let most = -Infinity;
    for (const looks of this.looks.values()) {
      for (const [place, from] of looks.entries()) {
        for (const to of looks.slice(place + 1)) {
          const seconds = Math.max(1, (to.answeredMs - from.askedMs) / 1_000);
          most = Math.max(most, to.snapshots - from.snapshots - perSecond * seconds);
        }
      }
    }
    return most;
  }

  private async look(): Promise<void> {
    while (!this.isOver) {
      const askedMs = performance.now();
      const workers = await this.stage.workersSeen();
      const answeredMs = performance.now();
      for (const { id, snapshots } of workers) {
        const looks = this.looks.get(id) ?? [];
        this.looks.set(id, looks);
        looks.push({ askedMs, answeredMs, snapshots });
      }
      await pause(lookMs);
    }
  }
}
