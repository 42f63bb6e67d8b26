import type { RunView, ScenarioView } from '@loadstar/shared';
import type { FakeEndpoint } from './fake-run.js';

const leaf = (name: string, ratio: number) => ({ name, ratio, tasks: [] });

export const scenarios: ScenarioView[] = [
  {
    name: 'simple-load.ts',
    hash: 'a3f1',
    problem: null,
    description: {
      host: 'http://localhost:5001',
      shapes: [],
      thresholds: { request_failed: ['rate<0.05'] },
      userClasses: [
        {
          name: 'SimpleUser',
          weight: 1,
          fixedCount: 0,
          tasks: [leaf('index', 1 / 6), leaf('listUsers', 0.5), leaf('oneUser', 1 / 6), leaf('createUser', 1 / 6)],
        },
      ],
    },
  },
  {
    name: 'spike-load.ts',
    hash: 'b7c2',
    problem: null,
    description: {
      host: undefined,
      shapes: ['SpikeShape', 'DailyCurve'],
      thresholds: { 'request_duration{name:/users}': ['p95<500'], request_failed: ['rate<0.05'] },
      parameters: [
        { name: 'pageSize', type: 'integer', default: 20, min: 1, max: 100, description: 'Users on a page' },
        { name: 'search', type: 'boolean', default: true, description: 'Whether shoppers search' },
        { name: 'mode', type: 'string', default: 'read', choices: ['read', 'write'] },
      ],
      userClasses: [
        {
          name: 'Shopper',
          weight: 3,
          fixedCount: 0,
          tasks: [
            leaf('list', 0.5),
            { name: 'Browse', ratio: 0.3, tasks: [leaf('open', 0.75), leaf('back', 0.25)] },
            leaf('create', 0.2),
          ],
        },
        { name: 'Admin', weight: 1, fixedCount: 1, tasks: [leaf('audit', 1)] },
      ],
    },
  },
  { name: 'error-simulation.ts', hash: 'c9d3', problem: null, description: null },
  {
    name: 'broken.ts',
    hash: '',
    description: null,
    problem: 'The scenario does not compile: broken.ts:12:7 Expected ";" but found "host"',
  },
];

export function newRun(id: string, body: Partial<RunView>): RunView {
  return {
    id,
    scenario: 'simple-load.ts',
    state: 'spawning',
    host: 'http://localhost:5001',
    seed: '8d1f20c4',
    users: 20,
    spawnRate: 2,
    shape: null,
    userClasses: ['SimpleUser'],
    runTimeSeconds: null,
    createdAt: new Date().toISOString(),
    startedAt: new Date().toISOString(),
    endedAt: null,
    reason: null,
    verdict: null,
    verdictReasons: [],
    unreportedAtMost: 0,
    ...body,
  };
}

/** A target with very many names, to see that the table stays quick. */
export const manyEndpoints = (count: number): FakeEndpoint[] =>
  Array.from({ length: count }, (_, index) => ({
    method: index % 5 === 0 ? 'POST' : 'GET',
    name: `/shops/${String(index).padStart(4, '0')}/products/[id]`,
    weight: 1,
    p50Ms: 20 + (index % 90),
    failShare: index % 50 === 0 ? 0.02 : 0,
  }));
