// Pools for tests: what they say is kept, and all of them are closed after a test.
import { LoadstarError, newId, type RunPlan, silentLogger, systemClock } from '@loadstar/shared';
import { planOf, usersLoad } from '../../run/testing/virtual-run.js';
import { EnginePool, type EnginePoolOptions } from '../engine-pool.js';
import type { PoolSnapshot } from '../pooled-run.js';
import { BuiltEngine, CountingServer } from './built-engine.js';

export interface Watched {
  readonly pool: EnginePool;
  readonly snapshots: PoolSnapshot[];
  readonly deaths: string[];
  readonly lines: string[];
  /** Resolves with the first snapshot that fits. */
  readonly until: (fits: (snapshot: PoolSnapshot) => boolean) => Promise<PoolSnapshot>;
}

/** An engine build, a server to load, and the pools that a test made of them. */
export class PoolScene {
  private readonly pools: EnginePool[] = [];
  private constructor(
    private readonly engine: BuiltEngine,
    readonly server: CountingServer,
  ) {}

  static async create(): Promise<PoolScene> {
    return new PoolScene(await BuiltEngine.create(), await CountingServer.create(5));
  }

  get folder(): string {
    return this.engine.folder;
  }

  /** A scenario written as a user would write it, bundled. */
  scenario(text: string): Promise<string> {
    return this.engine.scenario(text);
  }

  runOf(changes: Partial<RunPlan> = {}, load = usersLoad(10, 100)): RunPlan {
    return planOf(load, { runId: newId(), host: this.server.url, ...changes });
  }

  async closePools(): Promise<void> {
    await Promise.all(this.pools.splice(0).map((pool) => pool.close()));
  }

  async dispose(): Promise<void> {
    await Promise.all([this.engine.dispose(), this.server.close()]);
  }

  poolOf(options: Partial<EnginePoolOptions> = {}): Watched {
    const pool = new EnginePool({
      engines: 2,
      clock: systemClock,
      logger: silentLogger,
      worker: 'w',
      entry: this.engine.entry,
      ...options,
    });
    this.pools.push(pool);
    const snapshots: PoolSnapshot[] = [];
    const deaths: string[] = [];
    const lines: string[] = [];
    const waiting = new Set<(snapshot: PoolSnapshot) => void>();
    pool.onSnapshot((snapshot) => {
      snapshots.push(snapshot);
      for (const look of waiting) look(snapshot);
    });
    pool.onEngineDied((how) => deaths.push(how));
    pool.onLog((line) => lines.push(line));
    const until: Watched['until'] = (fits) =>
      new Promise((resolve) => {
        const known = snapshots.find(fits);
        if (known) resolve(known);
        const look = (snapshot: PoolSnapshot): void => {
          if (!fits(snapshot)) return;
          waiting.delete(look);
          resolve(snapshot);
        };
        waiting.add(look);
      });
    return { pool, snapshots, deaths, lines, until };
  }
}

/** Everything on one holder, from now. */
export const whole = { share: { index: 0, of: 1 }, inMs: 50, elapsedMs: 0, data: undefined };
export const isFinal = ({ header }: PoolSnapshot): boolean => header.final;
export const requestsOf = ({ stats }: PoolSnapshot): number =>
  [...stats.allSeries()].reduce((sum, { requests }) => sum + requests, 0);

export async function problemOf(promise: Promise<unknown>): Promise<LoadstarError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(LoadstarError);
  return error as LoadstarError;
}
