// Runs an engine in virtual time for tests: minutes of load in a moment, every status kept.
import { readScenario } from '@loadstar/scenario';
import { type LoadPlan, type Logger, type RunPlan, VirtualClock } from '@loadstar/shared';
import type { EngineHealth } from '@loadstar/stats';
import { Engine } from '../engine.js';
import type { EngineStart, EngineStatus } from '../engine-options.js';
import { FakeHttp } from './fake-http.js';

export const noHealth: EngineHealth = {
  cpuPercent: 0,
  rssBytes: 0,
  loopLagMs: 0,
  loopUtilisation: 0,
  errorBoundMs: 0,
  scheduleLagMs: 0,
  engines: 1,
};

export function planOf(load: LoadPlan, changes: Partial<RunPlan> = {}): RunPlan {
  return {
    runId: 'run',
    scenario: 'test.ts',
    bundleHash: 'hash',
    host: 'http://127.0.0.1:1',
    seed: 'seed',
    load,
    userClasses: [],
    classWeights: {},
    stopTimeoutMs: 5_000,
    identify: false,
    limits: { maxUsers: 100_000, allowedTargets: [] },
    ...changes,
  };
}

export const usersLoad = (users: number, spawnRate: number, runTimeMs?: number): LoadPlan => ({
  kind: 'users',
  users,
  spawnRate,
  runTimeMs,
});

export class VirtualRun {
  readonly http: FakeHttp;
  readonly engine: Engine;
  readonly statuses: EngineStatus[] = [];
  readonly warnings: string[] = [];

  constructor(
    exports: Record<string, unknown>,
    plan: RunPlan,
    start: Partial<EngineStart> = {},
    readonly clock = new VirtualClock(),
  ) {
    this.http = new FakeHttp(clock);
    const logger: Logger = {
      debug: () => {},
      info: () => {},
      error: () => {},
      warn: (facts, message) => this.warnings.push(`${message} ${JSON.stringify(facts)}`),
    };
    this.engine = new Engine({
      definition: readScenario(exports),
      plan,
      clock,
      logger,
      clients: this.http.source,
      health: () => noHealth,
      soon: (callback, inMs) => void clock.setTimeout(callback, inMs),
      onStatus: (status) => this.statuses.push(status),
    });
    this.engine.start({ share: { index: 0, of: 1 }, inMs: 0, elapsedMs: 0, changes: [], data: undefined, ...start });
  }

  get last(): EngineStatus {
    const status = this.statuses.at(-1);
    if (!status) throw new Error('no status yet');
    return status;
  }

  get stats(): Engine['recorder']['stats'] {
    return this.engine.recorder.stats;
  }

  seconds(count: number): Promise<void> {
    return this.clock.advance(count * 1000);
  }
}
