import type { RunView, ScenarioView } from '@loadstar/shared';
import type { ConsoleConfig } from '../api/client.js';
import { executionOf, executionProblems, executorNames, firstExecution } from './executors.js';
import { planWords } from './ramp.js';
import {
  bodyOf,
  checkForm,
  cloneForm,
  filePlan,
  firstForm,
  loadKindOf,
  noShape,
  ownExecutor,
  type RunForm,
  tagsOf,
  wishOf,
} from './run-form.js';

const config: ConsoleConfig = {
  version: '0.1.0',
  defaultScenario: 'b.ts',
  defaults: { host: 'http://localhost:5001', users: 20, spawnRate: 2.5, runTimeSeconds: 4800 },
  limits: { maxUsers: 1000, maxRate: null },
  auth: false,
  role: 'admin',
  features: { latencyBoundsMs: [] },
};
const scenarios = ['a.ts', 'b.ts'].map((name) => ({ name, hash: '', description: null, problem: null }));
const declares = (shapes: string[]): ScenarioView => ({
  name: 'b.ts',
  hash: '',
  problem: null,
  description: { userClasses: [], shapes, host: undefined, thresholds: {} },
});
const shaped = declares(['Spike', 'Wave']);
const plain = declares([]);
const form: RunForm = firstForm(config, scenarios, null);

describe('start form', () => {
  it('begins with what the platform suggests', () => {
    expect(form).toMatchObject({
      scenario: 'b.ts',
      host: 'http://localhost:5001',
      users: '20',
      runTimeSeconds: '1h20m',
    });
    expect(checkForm(form, undefined, 1000)).toEqual({});
  });

  it('begins with the last run when there was one', () => {
    const last = { scenario: 'a.ts', host: 'http://x', users: 7, spawnRate: 1, runTimeSeconds: null, shape: null };
    expect(firstForm(config, scenarios, last as RunView)).toMatchObject({
      scenario: 'a.ts',
      users: '7',
      runTimeSeconds: '',
    });
  });

  it('finds every mistake at once and names its field', () => {
    const wrong = { ...form, scenario: '', host: 'localhost', users: '1001', spawnRate: '0', runTimeSeconds: '1 day' };
    expect(Object.keys(checkForm(wrong, undefined, 1000)).toSorted()).toEqual([
      'host',
      'runTimeSeconds',
      'scenario',
      'spawnRate',
      'users',
    ]);
  });

  it('leaves users and rate to the shape when one is chosen', () => {
    const typed = { ...form, users: 'x', spawnRate: '' };
    expect(checkForm(typed, shaped, 1000)).toEqual({});
    expect(bodyOf(typed, shaped)).toEqual({
      scenario: 'b.ts',
      host: 'http://localhost:5001',
      shape: 'Spike',
      runTimeSeconds: 4800,
    });
  });

  it('says so aloud when users and rate are wanted of a scenario that has shapes', () => {
    const wanted = { ...form, shape: noShape };
    expect(bodyOf(wanted, shaped)).toMatchObject({ shape: 'none', users: 20, spawnRate: 2.5 });
    expect(bodyOf(wanted, plain)).not.toHaveProperty('shape');
  });

  it('leaves the choice to the master while nobody knows what the file declares', () => {
    expect(bodyOf(form, scenarios[1])).not.toHaveProperty('shape');
  });

  it('sends numbers, and only what was given', () => {
    expect(bodyOf({ ...form, runTimeSeconds: '', seed: ' 7 ', userClasses: ['A'] }, undefined)).toEqual({
      scenario: 'b.ts',
      host: 'http://localhost:5001',
      users: 20,
      spawnRate: 2.5,
      seed: '7',
      userClasses: ['A'],
    });
  });

  it('can be filled from a past run, with its seed and its choice of classes', () => {
    const past = { scenario: 'a.ts', host: 'http://x', users: 7, spawnRate: 1, runTimeSeconds: 60, shape: null };
    const run = { ...past, seed: 'abc', userClasses: ['Admin'] } as RunView;
    expect(cloneForm(config, scenarios, run)).toMatchObject({
      seed: 'abc',
      userClasses: ['Admin'],
      runTimeSeconds: '1m',
    });
    const all = scenarios.map((entry) => ({ ...entry, description: { userClasses: [{ name: 'Admin' }] } }));
    expect(cloneForm(config, all as unknown as ScenarioView[], run).userClasses).toEqual([]);
  });
});

describe('what decides the load', () => {
  const planned = declares(['Spike']);
  const withPlan = {
    ...planned,
    description: { ...planned.description, scenarios: [{ name: 'browse' }] },
  } as unknown as ScenarioView;

  it('is the plan of the file where it has one, unless somebody chooses', () => {
    expect(loadKindOf(form, withPlan)).toBe('file');
    expect(bodyOf({ ...form, users: 'x' }, withPlan)).not.toHaveProperty('users');
    expect(loadKindOf({ ...form, shape: 'Spike' }, withPlan)).toBe('shape');
    expect(bodyOf({ ...form, shape: noShape }, withPlan)).toMatchObject({ users: 20, shape: 'none' });
    // Another file was chosen since, which plans nothing.
    expect(loadKindOf({ ...form, shape: filePlan }, plain)).toBe('users');
  });

  it('is sent as a scenario when it is an executor, and its mistakes are those of its fields', () => {
    const typed = { ...form, shape: ownExecutor, executor: 'ramping-vus' };
    expect(bodyOf(typed, plain, 60)).toMatchObject({
      scenarios: {
        load: {
          executor: 'ramping-vus',
          startVUs: 0,
          stages: [
            { duration: 30, target: 20 },
            { duration: 60, target: 20 },
            { duration: 10, target: 0 },
          ],
        },
      },
    });
    const wrong = { ...typed, execution: { ...typed.execution, stages: '30s:20, soon', rate: 'x' } };
    expect(checkForm(wrong, plain, 1000)).toEqual({ stages: expect.stringContaining('"soon" is none') });
  });

  it('has fields that all can be read as they are at first', () => {
    for (const name of executorNames) {
      expect(executionProblems(name, firstExecution())).toEqual({});
      expect(Object.values(executionOf(name, firstExecution())).every((value) => value !== undefined)).toBe(true);
    }
  });

  it('asks for a run without an end aloud where the platform would end it', () => {
    expect(bodyOf({ ...form, runTimeSeconds: '' }, plain, 4800).runTimeSeconds).toBeNull();
    expect(bodyOf({ ...form, runTimeSeconds: '' }, plain)).not.toHaveProperty('runTimeSeconds');
  });

  it('takes tags divided by commas, each once', () => expect(tagsOf(' a, b,,a ')).toEqual(['a', 'b']));
});

describe('planned load', () => {
  it('ramps, holds, and says so', () => {
    const wish = { users: 20, spawnRate: 2, runTimeSeconds: 60 };
    expect(planWords(wish)).toBe('Up to 20 users within 10 seconds, then steady for 50 seconds.');
    expect(planWords({ ...wish, runTimeSeconds: null })).toContain('until stopped');
    expect(planWords({ users: 1, spawnRate: 5, runTimeSeconds: null })).toContain('1 user at once');
  });

  it('warns when the run ends before all users are there', () => {
    const wish = { users: 100, spawnRate: 1, runTimeSeconds: 30 };
    expect(planWords(wish)).toContain('about 30 of 100 users');
  });

  it('is unknown while a field cannot be read', () => expect(wishOf({ ...form, users: 'x' }, 10)).toBeUndefined());
});

describe('a run once more', () => {
  const planned = { executor: 'constant-vus', vus: 5, duration: 60, startTime: 0, gracefulStop: 30, env: {}, tags: {} };
  const withPlan: ScenarioView = {
    ...plain,
    description: {
      userClasses: [],
      shapes: [],
      host: undefined,
      thresholds: {},
      scenarios: [{ name: 'browse', ...planned, exec: undefined, executor: 'constant-vus' }],
    },
  };
  const cloned = (plan: Record<string, unknown>, part: Partial<RunView> = {}) => {
    const run = { scenario: 'b.ts', host: 'http://x', users: null, spawnRate: null, runTimeSeconds: null, shape: null };
    const past = { ...run, seed: 's', userClasses: [], scenarios: [{}], plan, ...part } as unknown as RunView;
    return cloneForm(config, [withPlan], past);
  };

  it('follows the file where the run did', () => {
    expect(cloned({ browse: planned }).shape).toBe(filePlan);
  });

  it('has the executor with its fields as they were typed', () => {
    const typed = { executor: 'ramping-arrival-rate', startRate: 2, timeUnit: 1, preAllocatedVUs: 5, maxVUs: 50 };
    const stages = [
      { duration: 30, target: 20 },
      { duration: 0, target: 5 },
    ];
    const again = cloned({ load: { ...typed, stages, spacing: 'even', whenBusy: 'drop', startTime: 0 } });
    expect(again).toMatchObject({ shape: ownExecutor, executor: 'ramping-arrival-rate' });
    expect(bodyOf(again, withPlan).scenarios).toEqual({ load: { ...typed, stages } });
  });

  it('has the plan itself where no form can hold it', () => {
    for (const plan of [
      { a: planned, b: planned },
      { load: { ...planned, duration: 0.5 } },
      { load: { ...planned, env: { A: '1' } } },
    ]) {
      const again = cloned(plan);
      expect(loadKindOf(again, withPlan)).toBe('past');
      expect(checkForm(again, withPlan, 1000)).toEqual({});
      expect(bodyOf(again, withPlan).scenarios).toEqual(plan);
    }
  });

  it('has the parameters of the run', () => {
    expect(cloned({}, { parameters: { pageSize: 50, strict: true } }).parameters).toEqual({
      pageSize: '50',
      strict: 'true',
    });
  });
});

describe('declared parameters', () => {
  const declared: ScenarioView = {
    ...plain,
    description: {
      userClasses: [],
      shapes: [],
      host: undefined,
      thresholds: {},
      parameters: [
        { name: 'pageSize', type: 'integer', default: 20, min: 1, max: 100 },
        { name: 'mode', type: 'string', default: 'read', choices: ['read', 'write'] },
        { name: 'strict', type: 'boolean', default: false },
      ],
    },
  };

  it('are sent in their types, and only where they differ from their defaults', () => {
    expect(bodyOf(form, declared).parameters).toBeUndefined();
    const parameters = { pageSize: '50', mode: 'read', strict: 'true' };
    expect(bodyOf({ ...form, parameters }, declared).parameters).toEqual({ pageSize: 50, strict: true });
  });

  it.each([
    ['', /needs a number/],
    ['1.5', /whole/],
    ['0', /at least 1/],
    ['101', /at most 100/],
    ['many', /not a number/],
  ])('have every mistake at their field: "%s"', (pageSize, claim) => {
    const wrong = checkForm({ ...form, parameters: { pageSize } }, declared, 1000);
    expect(wrong).toEqual({ 'parameters.pageSize': expect.stringMatching(claim) as string });
  });
});
