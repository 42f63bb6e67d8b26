/**
 * Forgets runs that ended long ago, and the oldest ones when all of them take too much room, with what only they needed:
 * their bundles, and events of that age. The latest run stays whatever its age, because it is what the console shows.
 */
import { type Clock, type Logger, type TimerHandle } from '@loadstar/shared';
import type { Store } from '../store/store.js';
import { isEnd } from './run-state.js';
import type { RunRecord } from './run-record.js';

export interface RetentionParts {
  readonly store: Pick<Store, 'numbers' | 'events' | 'bundles'>;
  readonly runs: { list(): readonly RunRecord[] };
  /** Forgets one run that has ended. */
  readonly remove: (runId: string) => Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Days after which a run that has ended is forgotten; 0 keeps all. */
  readonly keepDays: number;
  /** Megabytes that ended runs may take in the store; 0 is without bound. */
  readonly keepMegabytes: number;
}

/** After a start there is more urgent work, milliseconds. */
const firstMs = 60_000;
const periodMs = 3_600_000;
const dayMs = 86_400_000;
const megabyte = 1_000_000;

export class Retention {
  private timer: TimerHandle | undefined;
  private isClosed = false;

  constructor(private readonly parts: RetentionParts) {}

  /** Looks soon, and every hour from then on. */
  begin(): void {
    this.again(firstMs);
  }

  close(): void {
    this.isClosed = true;
    this.timer?.cancel();
  }

  /** Looks now. @returns ids of the runs that were forgotten. @throws LoadstarError STORE_UNAVAILABLE, NOT_LEADER */
  async sweep(): Promise<string[]> {
    const { store, runs, remove, clock, logger, keepDays } = this.parts;
    const forgotten = [...this.tooOld(), ...(await this.tooMuch())];
    for (const id of forgotten) if (!this.isClosed) await remove(id);
    if (keepDays > 0) await store.events.prune(clock.wallMs() - keepDays * dayMs);
    if (forgotten.length > 0) {
      await store.bundles.keepOnly([...new Set(runs.list().map(({ plan }) => plan.bundleHash))]);
      logger.info({ runs: forgotten.length }, 'old runs were forgotten');
    }
    return forgotten;
  }

  /** Ended runs but the latest and those that are baselines, oldest first. */
  private candidates(): RunRecord[] {
    return this.parts.runs
      .list()
      .filter(({ state }) => isEnd(state))
      .slice(0, -1)
      .filter(({ baselineName }) => baselineName === undefined);
  }

  private tooOld(): string[] {
    const { clock, keepDays } = this.parts;
    if (keepDays === 0) return [];
    const before = clock.wallMs() - keepDays * dayMs;
    return this.candidates().flatMap(({ id, endedAtMs, createdAtMs }) =>
      (endedAtMs ?? createdAtMs) < before ? [id] : [],
    );
  }

  private async tooMuch(): Promise<string[]> {
    const { store, keepMegabytes } = this.parts;
    if (keepMegabytes === 0) return [];
    const sizes = await store.numbers.sizes();
    const old = new Set(this.tooOld());
    const candidates = this.candidates().filter(({ id }) => !old.has(id));
    let bytes = [...sizes].reduce((sum, [id, size]) => sum + (old.has(id) ? 0 : size), 0);
    const forgotten: string[] = [];
    for (const { id } of candidates) {
      if (bytes <= keepMegabytes * megabyte) break;
      const size = sizes.get(id) ?? 0;
      // What takes nothing makes no room.
      if (size === 0) continue;
      bytes -= size;
      forgotten.push(id);
    }
    return forgotten;
  }

  private again(inMs: number): void {
    const { clock, logger } = this.parts;
    this.timer = clock
      .setTimeout(() => {
        this.sweep()
          .catch((error: unknown) =>
            logger.warn({ err: error }, 'old runs are still there; the next look is in an hour'),
          )
          .finally(() => {
            if (!this.isClosed) this.again(periodMs);
          });
      }, inMs)
      .unref();
  }
}
