/** A record for tests, complete and plain. */
import type { RunRecord } from '../../runs/run-record.js';

export function exampleRecord(id: string, overrides: Partial<RunRecord> = {}): RunRecord {
  return {
    id,
    revision: 0,
    epoch: 1,
    state: 'preparing',
    request: { users: 21 },
    placement: { labels: {}, workers: undefined },
    queue: undefined,
    description: { userClasses: [], shapes: [], host: undefined, thresholds: {} },
    plan: {
      runId: id,
      scenario: 'simple-load.ts',
      bundleHash: 'f'.repeat(64),
      host: 'http://127.0.0.1:5001',
      seed: '1',
      load: { kind: 'users', users: 21, spawnRate: 5, runTimeMs: undefined },
      userClasses: [],
      classWeights: {},
      stopTimeoutMs: 5_000,
      identify: false,
      limits: { maxUsers: 1_000, allowedTargets: [] },
    },
    changes: [],
    lossPolicy: 'rebalance',
    workers: [],
    setup: undefined,
    incidents: [],
    createdAtMs: 1_700_000_000_000,
    startedAtMs: undefined,
    endedAtMs: undefined,
    reason: undefined,
    verdict: undefined,
    verdictReasons: [],
    unreportedAtMost: 0,
    unreported: {},
    ...overrides,
  };
}
