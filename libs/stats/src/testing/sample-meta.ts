import type { SummaryMeta } from '../summary/run-summary.js';

/** Facts of a run for tests. */
export function sampleMeta(): SummaryMeta {
  return {
    runId: 'run-1',
    scenario: 'simple-load.ts',
    host: 'http://localhost:5001',
    seed: 'seed',
    startedAt: '2026-01-02T03:04:05.000Z',
    endedAt: '2026-01-02T03:04:15.000Z',
    elapsedSeconds: 10,
    countedFromMs: 0,
    users: 20,
    targetUsers: 20,
    spawnRate: 5,
    shape: null,
    userClasses: ['A', 'B'],
    workers: 2,
    engines: 2,
    loadstarVersion: '0.1.0',
    nodeVersion: 'v20.19.0',
    verdict: 'passed',
    verdictReasons: [],
    unreportedAtMost: 0,
    environment: {},
  };
}
