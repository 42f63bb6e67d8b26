import fc from 'fast-check';
import {
  checkRate,
  describeScenarioLoad,
  execProblems,
  latestEndSeconds,
  type LoadChange,
  peakRateOf,
  peakUsersOf,
  plannedArrivals,
  readScenarios,
  readSeconds,
  resolveExec,
  scenarioExecutors,
} from '../index.js';

const duration = fc.oneof(fc.integer({ min: 1, max: 9_999 }), fc.constantFrom('30s', '1m30s', '500ms', '1.5h', '20'));
const vus = fc.integer({ min: 1, max: 500 });
const stage = fc.record({ duration, target: fc.integer({ min: 1, max: 900 }) });
const stages = fc.array(stage, { minLength: 1, maxLength: 5 });
const common = {
  startTime: duration,
  gracefulStop: duration,
  env: fc.dictionary(fc.constantFrom('A', 'B'), fc.string()),
};
const arrivals = { timeUnit: duration, preAllocatedVUs: vus, spacing: fc.constantFrom('even', 'poisson') };
const optional = (...requiredKeys: string[]) => ({ requiredKeys: ['executor', ...requiredKeys] as never[] });

/** Any scenario as an author may write it, defaults left out at will. */
const authored = fc.oneof(
  fc.record({ executor: fc.constant('constant-vus'), vus, duration, ...common }, optional('duration')),
  fc.record(
    { executor: fc.constant('ramping-vus'), startVUs: vus, stages, gracefulRampDown: duration },
    optional('stages'),
  ),
  fc.record({ executor: fc.constant('shared-iterations'), iterations: fc.constant(500), vus, ...common }),
  fc.record({ executor: fc.constant('per-vu-iterations'), iterations: vus, maxDuration: duration }),
  fc.record(
    { executor: fc.constant('constant-arrival-rate'), rate: vus, duration, ...arrivals, ...common },
    optional('rate', 'duration', 'preAllocatedVUs'),
  ),
  fc.record(
    { executor: fc.constant('ramping-arrival-rate'), stages, ...arrivals },
    optional('stages', 'preAllocatedVUs'),
  ),
  fc.record({ executor: fc.constant('externally-controlled'), vus, duration }, optional()),
);

describe('readScenarios', () => {
  it('takes what authors may write, and takes what it gives out unchanged', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), authored, { minKeys: 1, maxKeys: 4 }), (written) => {
        const once = readScenarios(written);
        expect(once.problems).toEqual([]);
        const overTheWire: unknown = JSON.parse(JSON.stringify(once.scenarios));
        expect(readScenarios(overTheWire)).toEqual(once);
        for (const load of once.scenarios) expect(describeScenarioLoad(load)).toMatch(/^[a-z]+: .*\d/);
      }),
    );
  });

  it('names every mistake of every scenario at once, by its path', () => {
    const { scenarios, problems } = readScenarios({
      good: { executor: 'constant-vus', duration: '10s' },
      typo: { executor: 'constant-vu', duration: '10s' },
      wrong: { executor: 'constant-arrival-rate', rate: 0, duration: 'soon', preAllocatedVUs: 1.5, maxVus: 3 },
      staged: {
        executor: 'ramping-vus',
        stages: [
          { duration: '1m', target: 5 },
          { duration: -1, targets: 3 },
        ],
      },
      little: { executor: 'constant-arrival-rate', rate: 1, duration: 1, preAllocatedVUs: 5, maxVUs: 2 },
      idle: { executor: 'shared-iterations', vus: 10, iterations: 3 },
      'bad/name': { executor: 'constant-vus', duration: 1 },
      text: 'constant-vus',
    });
    expect(scenarios.map(({ name }) => name)).toEqual(['good']);
    expect(problems.map(({ field }) => field)).toEqual([
      'scenarios.typo.executor',
      'scenarios.wrong.preAllocatedVUs',
      'scenarios.wrong.rate',
      'scenarios.wrong.duration',
      'scenarios.wrong.maxVus',
      'scenarios.staged.stages[1].targets',
      'scenarios.staged.stages[1].duration',
      'scenarios.staged.stages[1].target',
      'scenarios.little.maxVUs',
      'scenarios.idle.iterations',
      'scenarios.bad/name',
      'scenarios.text',
    ]);
    expect(problems[0]?.problem).toContain(scenarioExecutors.join(', '));
  });

  it.each([[undefined], [null], [{}], [[]], ['x'], [[1]], [{ a: null }], [{ a: [] }]])('refuses %j', (value) => {
    expect(readScenarios(value).problems.length).toBeGreaterThan(0);
  });

  it('never throws, whatever comes', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(readScenarios({ a: value, b: [value] })).toBeDefined();
      }),
    );
  });
});

describe('readSeconds', () => {
  it.each([
    ['30s', 30],
    ['1m30s', 90],
    ['500ms', 0.5],
    ['1.5h', 5_400],
    ['2d', 172_800],
    ['20', 20],
    [0.25, 0.25],
    ['', undefined],
    ['-1s', undefined],
    ['1x', undefined],
    [Number.NaN, undefined],
    [null, undefined],
  ])('reads %j as %j', (value, seconds) => {
    expect(readSeconds(value)).toBe(seconds);
  });
});

describe('what follows from scenarios', () => {
  const { scenarios } = readScenarios({
    one: { executor: 'constant-vus', vus: 10, duration: 60, gracefulStop: 5 },
    two: { executor: 'ramping-vus', stages: [{ duration: 10, target: 30 }], startTime: 65, gracefulStop: 0 },
    three: { executor: 'constant-vus', vus: 7, duration: 10, startTime: 60 },
  });
  it('counts the users of one moment, last iterations included', () => {
    expect(peakUsersOf(scenarios)).toBe(37);
    expect(peakUsersOf(scenarios.slice(0, 2))).toBe(30);
    expect(peakUsersOf([])).toBe(0);
  });

  describe('the ceiling of arrivals per second', () => {
    const users = { preAllocatedVUs: 1, gracefulStop: 30 };
    const open = readScenarios({
      even: { ...users, executor: 'constant-arrival-rate', rate: 600, timeUnit: '1m', duration: 20 },
      ramp: {
        ...users,
        executor: 'ramping-arrival-rate',
        startTime: 10,
        startRate: 5,
        stages: [{ duration: 10, target: 20 }],
      },
      later: { ...users, executor: 'constant-arrival-rate', startTime: 20, rate: 25, duration: 10 },
      closed: { executor: 'constant-vus', vus: 500, duration: 60 },
    }).scenarios;
    const load = { kind: 'scenarios', scenarios: open, runTimeMs: undefined } as const;
    const refused = (rate: number, ceiling: number) =>
      expect.objectContaining({ code: 'RATE_CEILING', details: { rate, ceiling } });

    it('is held against all open scenarios of a moment, a ramp at its highest', () => {
      // 10 of one and 20 of the other; what begins when they end does not add to them.
      expect(peakRateOf(open)).toBe(30);
      expect(() => checkRate(load, 29.9)).toThrow(refused(30, 29.9));
      for (const ceiling of [30, undefined]) checkRate(load, ceiling);
      checkRate({ kind: 'users', users: 1e6, spawnRate: 1e6, runTimeMs: undefined }, 1);
    });

    it('holds for what a search for the capacity may come to', () => {
      const { scenarios: peak } = readScenarios({
        peak: { executor: 'find-capacity', startRate: 10, maxRate: 5_000, preAllocatedVUs: 1 },
      });
      expect(peakRateOf(peak)).toBe(5_000);
    });

    it('holds for changed rates, of what is still ahead', () => {
      const faster = { name: 'even', rate: 1_200 };
      expect(() => checkRate(load, 30, [faster])).toThrow(refused(40, 30));
      checkRate(load, 30, [faster, { name: 'even', rate: 600 }]);
      expect(() => checkRate(load, 30, [{ name: 'later', rate: 31 }], 21)).toThrow(refused(31, 30));
      checkRate(load, 30, [faster, { name: 'later', rate: 29 }], 21);
    });

    it('allows for the rounding of a sum', () => {
      const part = { ...users, executor: 'constant-arrival-rate', rate: 0.1, duration: 20 };
      const { scenarios: parts } = readScenarios({ a: part, b: { ...part, rate: 0.2 } });
      checkRate({ ...load, scenarios: parts }, 0.3);
    });
  });

  it('counts the arrivals that are planned up to a moment', () => {
    const open = readScenarios({
      even: { executor: 'constant-arrival-rate', rate: 90, timeUnit: '1m', duration: 60, preAllocatedVUs: 1 },
      ramp: {
        executor: 'ramping-arrival-rate',
        startTime: 10,
        stages: [{ duration: 10, target: 20 }],
        preAllocatedVUs: 1,
      },
    }).scenarios;
    expect([0, 10, 15, 20, 1_000].map((second) => plannedArrivals(open, second))).toEqual([0, 15, 48, 130, 190]);
    expect(plannedArrivals(scenarios, 60)).toBe(0);
  });

  it('plans what was changed by hand, and nothing in a pause', () => {
    const { scenarios: open } = readScenarios({
      steady: { executor: 'constant-arrival-rate', startTime: 10, rate: 10, duration: 60, preAllocatedVUs: 1 },
    });
    const change = (seconds: number, what: Partial<LoadChange>): LoadChange => ({
      atMs: seconds * 1_000,
      users: 0,
      spawnRate: 0,
      runTimeMs: undefined,
      userClasses: undefined,
      classWeights: undefined,
      ...what,
    });
    const faster = change(30, { scenarios: [{ name: 'steady', rate: 50 }] });
    const other = change(20, { scenarios: [{ name: 'other', rate: 99 }] });
    expect([20, 30, 40].map((second) => plannedArrivals(open, second, [other, faster]))).toEqual([100, 200, 700]);
    const [pause, goOn] = [change(25, { paused: true }), change(35, { paused: false })];
    expect([25, 30, 35, 40].map((second) => plannedArrivals(open, second, [pause, faster, goOn]))).toEqual([
      150, 150, 150, 400,
    ]);
    expect(plannedArrivals(open, 40, [pause])).toBe(150);
  });

  it('knows the latest end', () => {
    expect(latestEndSeconds(scenarios)).toBe(100);
  });

  it('resolves exec as a class, a task of one class, or Class.task', () => {
    const tasks = (...names: string[]) => names.map((name) => ({ name, ratio: 1, tasks: [] }));
    const userClasses = [
      { name: 'Reader', weight: 1, fixedCount: 0, tasks: tasks('list', 'one') },
      { name: 'Writer', weight: 1, fixedCount: 0, tasks: tasks('create', 'one') },
    ];
    expect(resolveExec(undefined, userClasses)).toEqual({ userClass: undefined, task: undefined });
    expect(resolveExec('Writer', userClasses)).toEqual({ userClass: 'Writer', task: undefined });
    expect(resolveExec('list', userClasses)).toEqual({ userClass: 'Reader', task: 'list' });
    expect(resolveExec('Writer.one', userClasses)).toEqual({ userClass: 'Writer', task: 'one' });
    const bad = readScenarios({ x: { executor: 'constant-vus', duration: 1, exec: 'one' } }).scenarios;
    expect(execProblems(bad, { userClasses })).toEqual([
      { field: 'scenarios.x.exec', problem: expect.stringContaining('"one" is neither') as string },
    ]);
  });
});
