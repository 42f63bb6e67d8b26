import { checkCeiling, LoadstarError, type ScenarioDescription } from '@loadstar/shared';
import {
  checkNumbers,
  checkScenarioChanges,
  checkUserClasses,
  requestedHost,
  requestedLoad,
  requestedParameters,
  requestedPlan,
} from './run-request.js';

const defaults = {
  defaultHost: 'http://localhost:5001',
  defaultUsers: 10,
  defaultSpawnRate: 2,
  defaultRunTimeSeconds: undefined,
  maxUsers: 1_000,
};
const described = (shapes: string[] = [], host?: string): ScenarioDescription => ({
  userClasses: [{ name: 'Shopper', weight: 1, fixedCount: 0, tasks: [] }],
  shapes,
  host,
  thresholds: {},
});
const codeOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof LoadstarError) return [error.code, ...error.fields.map(({ field }) => field)].join(' ');
    throw error;
  }
  return 'accepted';
};

describe('a request with scenarios of its own', () => {
  const load = requestedLoad({}, defaults);
  const steady = { executor: 'constant-vus', vus: 5, duration: '30s' };

  it('is planned in the place of what the file says', () => {
    const plan = requestedPlan({ scenarios: { steady } }, load, described(['Spike']));
    expect(plan).toMatchObject({ kind: 'scenarios', scenarios: [{ name: 'steady', vus: 5, duration: 30 }] });
  });

  it.each([
    [{ scenarios: {} }, 'INVALID_INPUT scenarios'],
    [{ scenarios: { a: { executor: 'warp' } } }, 'INVALID_INPUT scenarios.a.executor'],
    [{ scenarios: { a: { ...steady, vus: 0 } } }, 'INVALID_INPUT scenarios.a.vus'],
    [{ scenarios: { a: { ...steady, exec: 'Nobody' } } }, 'INVALID_INPUT scenarios.a.exec'],
    [{ scenarios: { a: steady }, users: 3, shape: 'Spike' }, 'INVALID_INPUT users shape'],
  ])('%j is %s', (request, expected) => {
    expect(codeOf(() => requestedPlan(request, load, described(['Spike'])))).toBe(expected);
  });

  it('may not ask for more users than there may be', () => {
    const request = { scenarios: { a: { ...steady, vus: 800 }, b: { ...steady, vus: 300 } } };
    const plan = requestedPlan(request, load, described());
    expect(codeOf(() => checkCeiling(plan, 1_000))).toBe('USER_CEILING');
    expect(codeOf(() => checkCeiling(plan, 1_100))).toBe('accepted');
  });

  it('changes only what its executors allow', () => {
    const open = { executor: 'constant-arrival-rate', rate: 5, duration: '30s', preAllocatedVUs: 2 };
    const plan = requestedPlan({ scenarios: { steady, open } }, load, described());
    const check = (change: object) => codeOf(() => checkScenarioChanges([change as never], plan, 1_000));
    expect(check({ name: 'steady', vus: 9 })).toBe('accepted');
    expect(check({ name: 'open', rate: 0.5 })).toBe('accepted');
    for (const wrong of [{ name: 'no' }, { name: 'steady' }, { name: 'steady', rate: 3 }, { name: 'open', rate: 0 }]) {
      expect(check(wrong)).toBe('INVALID_INPUT scenarios');
    }
    expect(check({ name: 'steady', vus: 5_000 })).toBe('USER_CEILING');
  });
});

describe('a request for load', () => {
  it('runs without an end when it asks for none, whatever the default is', () => {
    const hour = { ...defaults, defaultRunTimeSeconds: 3600 };
    expect(requestedLoad({}, hour).runTimeMs).toBe(3_600_000);
    expect(requestedLoad({ runTimeSeconds: null }, hour).runTimeMs).toBeUndefined();
    expect(requestedLoad({ runTimeSeconds: 5 }, hour).runTimeMs).toBe(5_000);
  });

  it.each([
    [{ users: 1, spawnRate: 0.1, runTimeSeconds: 0.5 }, 'accepted'],
    [{ users: 0 }, 'INVALID_INPUT users'],
    [{ users: -1, spawnRate: 0 }, 'INVALID_INPUT users spawnRate'],
    [{ users: 1.5 }, 'INVALID_INPUT users'],
    [
      { users: Number.NaN, spawnRate: Number.NaN, runTimeSeconds: Number.NaN },
      'INVALID_INPUT users spawnRate runTimeSeconds',
    ],
    [{ users: 1e9 }, 'USER_CEILING'],
    [{ spawnRate: Infinity }, 'INVALID_INPUT spawnRate'],
    [{ runTimeSeconds: -3 }, 'INVALID_INPUT runTimeSeconds'],
  ])('%j is %s', (numbers, expected) => {
    expect(codeOf(() => checkNumbers(numbers, 1_000))).toBe(expected);
  });

  it('takes what it does not say from the configuration', () => {
    expect(requestedLoad({}, defaults)).toEqual({ users: 10, spawnRate: 2, runTimeMs: undefined });
    expect(requestedLoad({ runTimeSeconds: 20 }, { ...defaults, defaultRunTimeSeconds: 60 }).runTimeMs).toBe(20_000);
  });

  it('goes to the host asked for, or the configured one, or the scenario’s, or the usual one', () => {
    const configured = { ...defaults, defaultHostGiven: true };
    expect(requestedHost({ host: 'http://a' }, described([], 'http://b'), configured)).toBe('http://a');
    expect(requestedHost({}, described([], 'http://b'), configured)).toBe('http://localhost:5001');
    expect(requestedHost({ host: 'http://a/' }, described([], 'http://b'), defaults)).toBe('http://a');
    expect(requestedHost({ host: '' }, described([], 'http://b'), defaults)).toBe('http://b');
    expect(requestedHost({}, described(), defaults)).toBe('http://localhost:5001');
    expect(codeOf(() => requestedHost({ host: 'http://user:secret@a' }, described(), defaults))).toBe(
      'INVALID_HOST host',
    );
  });

  it('follows the only shape unless told otherwise, and wants a choice among several', () => {
    const load = requestedLoad({}, defaults);
    expect(requestedPlan({}, load, described(['Spike']))).toMatchObject({ kind: 'shape', shape: 'Spike' });
    expect(requestedPlan({ shape: 'Default' }, load, described(['Spike']))).toMatchObject({ kind: 'users', users: 10 });
    expect(requestedPlan({}, load, described())).toMatchObject({ kind: 'users' });
    expect(codeOf(() => requestedPlan({}, load, described(['A', 'B'])))).toBe('INVALID_INPUT shape');
    expect(codeOf(() => requestedPlan({ shape: 'C' }, load, described(['A'])))).toBe('INVALID_INPUT shape');
  });

  it('names only user classes that the scenario has', () => {
    expect(codeOf(() => checkUserClasses(['Shopper'], { Shopper: 0 }, described()))).toBe('accepted');
    expect(codeOf(() => checkUserClasses(['Robber'], { Shopper: -1 }, described()))).toBe(
      'INVALID_INPUT userClasses classWeights',
    );
  });
});

describe('parameters', () => {
  const description = {
    ...described(),
    parameters: [{ name: 'pageSize', type: 'integer' as const, default: 20, max: 100 }],
  };

  it('have the values asked for, and defaults', () => {
    expect(requestedParameters({}, description)).toEqual({ pageSize: 20 });
    expect(requestedParameters({ parameters: { pageSize: '7' } }, description)).toEqual({ pageSize: 7 });
  });

  it.each([
    [{ pageSize: 101 }, description, 'INVALID_INPUT parameters.pageSize'],
    [{ size: 1 }, description, 'INVALID_INPUT parameters.size'],
    [{ size: 1 }, described(), 'INVALID_INPUT parameters.size'],
  ])('%j are refused by their fields', (parameters, declared, expected) => {
    expect(codeOf(() => requestedParameters({ parameters }, declared))).toBe(expected);
  });
});
