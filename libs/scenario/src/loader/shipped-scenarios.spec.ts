// The shipped scenarios, bundled and loaded as any user's, hold the mixes, waits and stages that were asked for.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeScenario, installScenarioApi, readScenario, type ScenarioDefinition } from '../index.js';
import { pretendedUser } from '../testing/pretended-user.js';
import { bundleScenario } from './bundle-scenario.js';
import { importBundle } from './import-bundle.js';

const scenarios = join(__dirname, '../../../../scenarios');
let folder: string;

beforeAll(async () => {
  installScenarioApi();
  folder = await mkdtemp(join(tmpdir(), 'loadstar-shipped-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function load(name: string): Promise<ScenarioDefinition> {
  const { code } = await bundleScenario(join(scenarios, name));
  return readScenario(await importBundle(code, folder), name);
}

/** Runs every task often and returns, per task, the distinct (method, name) it was counted under and all requests. */
async function requestsOf(definition: ScenarioDefinition, className: string, times = 400) {
  const userClass = definition.userClasses.find(({ name }) => name === className)!;
  const context = pretendedUser();
  const user = userClass.create(context);
  const byTask = [];
  for (const entry of userClass.tasks.entries) {
    context.requests.length = 0;
    for (let i = 0; i < times; i++) await entry.invoke!(user);
    const rows = [...new Set(context.requests.map(({ method, path, options }) => `${method} ${options.name ?? path}`))];
    byTask.push({ weight: entry.weight, rows, requests: [...context.requests] });
  }
  return { mix: byTask.map(({ weight, rows }) => [weight, ...rows]), byTask, context };
}

function waitsOf(definition: ScenarioDefinition, className: string): { min: number; max: number } {
  const user = definition.userClasses.find(({ name }) => name === className)!.create(pretendedUser());
  const waits = Array.from({ length: 2000 }, () => user.waitTime());
  return { min: Math.min(...waits), max: Math.max(...waits) };
}

function expectWaits(definition: ScenarioDefinition, className: string, min: number, max: number): void {
  const seen = waitsOf(definition, className);
  expect(seen.min).toBeGreaterThanOrEqual(min);
  expect(seen.min).toBeCloseTo(min, 1);
  expect(seen.max).toBeLessThanOrEqual(max);
  expect(seen.max).toBeCloseTo(max, 1);
}

const ids = (requests: { path: string }[]) => requests.map(({ path }) => Number(path.split('/').at(-1)));

describe('simple-load', () => {
  test('mixes welcome, list, one and create as 1:3:1:1 and waits 1..3 s', async () => {
    const definition = await load('simple-load.ts');
    const { mix, byTask, context } = await requestsOf(definition, 'SimpleUser');
    expect(mix).toEqual([
      [1, 'GET /'],
      [3, 'GET /users'],
      [1, 'GET /users/[id]'],
      [1, 'POST /users'],
    ]);
    expectWaits(definition, 'SimpleUser', 1, 3);
    expect([...new Set(ids(byTask[2]!.requests))].sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(context.checks.every(([, passed]) => passed)).toBe(true);
    const bodies = byTask[3]!.requests.map(({ options }) => options.json as { name: string; email: string });
    expect(new Set(bodies.map(({ email }) => email)).size).toBe(400);
    expect(bodies[0]).toEqual({
      name: expect.stringMatching(/^User \w+$/) as string,
      email: expect.stringMatching(/^user-\w+@example\.com$/) as string,
    });
  });

  test('repeats the same requests with the same seed', async () => {
    const first = await requestsOf(await load('simple-load.ts'), 'SimpleUser', 5);
    const second = await requestsOf(await load('simple-load.ts'), 'SimpleUser', 5);
    expect(second.byTask).toEqual(first.byTask);
  });
});

describe('error-simulation', () => {
  test('keeps the listed mix, expects the callers’ errors, and waits 1..3 s', async () => {
    const definition = await load('error-simulation.ts');
    const { mix, byTask, context } = await requestsOf(definition, 'ErrorSimulationUser');
    expect(mix).toEqual([
      [2, 'GET /users/[valid_id]'],
      [1, 'GET /users/[invalid_id]'],
      [2, 'POST /users'],
      [1, 'POST /users/[invalid]'],
      [3, 'GET /users'],
      [1, 'GET /'],
    ]);
    expectWaits(definition, 'ErrorSimulationUser', 1, 3);
    expect(Math.max(...ids(byTask[0]!.requests))).toBe(5);
    const unknown = ids(byTask[1]!.requests);
    expect([Math.min(...unknown) >= 100, Math.max(...unknown) <= 999]).toEqual([true, true]);
    expect(byTask[1]!.requests[0]!.options.expect).toEqual([200, 404]);
    expect(byTask[3]!.requests[0]!.options).toMatchObject({
      expect: 400,
      json: { email: expect.any(String) as string },
    });
    expect(byTask[3]!.requests[0]!.options.json).not.toHaveProperty('name');
    // One call in ten waits first: 40 of 400 expected, 6 is the standard deviation.
    expect(Math.abs(context.slept.length - 40)).toBeLessThan(24);
    expect(context.slept.every((seconds) => seconds >= 0.5 && seconds <= 1)).toBe(true);
  });

  test('provokes 5xx answers by a class of its own, and checks the recovery', async () => {
    const definition = await load('error-simulation.ts');
    expect(definition.userClasses.map(({ name, weight }) => [name, weight])).toEqual([
      ['ErrorSimulationUser', 9],
      ['FaultInjectionUser', 1],
    ]);
    const { mix, byTask, context } = await requestsOf(definition, 'FaultInjectionUser', 1);
    expect(mix).toEqual([
      [2, 'GET /users/[injected_503]', 'GET /users/[recovery]'],
      [1, 'GET /users/[injected_500]', 'GET /users/[recovery]'],
    ]);
    expect(byTask.map(({ requests }) => requests[0]!.options.params)).toEqual([{ fail: 503 }, { fail: 500 }]);
    expect(context.checks).toEqual([
      ['recovers after a fault', true],
      ['recovers after a fault', true],
    ]);
  });
});

describe('spike-load', () => {
  test('mixes list, one and create as 4:2:1 and waits 0.5..2 s', async () => {
    const definition = await load('spike-load.ts');
    const { mix } = await requestsOf(definition, 'SpikeUser');
    expect(mix).toEqual([
      [4, 'GET /users'],
      [2, 'GET /users/[id]'],
      [1, 'POST /users'],
    ]);
    expectWaits(definition, 'SpikeUser', 0.5, 2);
  });

  test('follows its six stages and then ends', async () => {
    const { shapes } = await load('spike-load.ts');
    expect(shapes.map(({ name }) => name)).toEqual(['SpikeShape']);
    const shape = shapes[0]!.create();
    const at = (second: number) => {
      const tick = shape.tick(second);
      return tick && [tick.users, tick.spawnRate];
    };
    expect([0, 119, 120, 179, 180, 299, 300, 419, 420, 479, 480, 599].map(at)).toEqual([
      [50, 2],
      [50, 2],
      [200, 10],
      [200, 10],
      [10, 5],
      [10, 5],
      [50, 2],
      [50, 2],
      [200, 10],
      [200, 10],
      [10, 5],
      [10, 5],
    ]);
    expect(at(600)).toBeNull();
  });
});

describe('daily-curve', () => {
  test('rises to its peak in the evening, never steps by more than its spawn rate, and ends with the day', async () => {
    const { shapes } = await load('daily-curve.ts');
    const shape = shapes[0]!.create();
    const ticks = Array.from({ length: 24 * 60 }, (_, second) => shape.tick(second)!);
    const users = ticks.map((tick) => tick.users);
    expect(Math.max(...users)).toBe(100);
    expect(users[20 * 60]).toBe(100);
    expect(Math.min(...users)).toBe(10);
    ticks.slice(1).forEach((tick, i) => expect(Math.abs(tick.users - users[i]!)).toBeLessThanOrEqual(tick.spawnRate));
    expect(shape.tick(24 * 60)).toBeNull();
  });
});

describe('arrival-rate', () => {
  test('plans two open scenarios, each with a class of its own', async () => {
    const definition = await load('arrival-rate.ts');
    expect(describeScenario(definition).scenarios).toMatchObject([
      { name: 'browse', executor: 'constant-arrival-rate', exec: 'Visitor', rate: 20, duration: 30, maxVUs: 100 },
      { name: 'write', executor: 'ramping-arrival-rate', exec: 'Author', startTime: 5, env: { PREFIX: 'Author' } },
    ]);
    expect((await requestsOf(definition, 'Visitor')).mix).toEqual([
      [4, 'GET /users'],
      [1, 'GET /users/[id]'],
    ]);
    expect((await requestsOf(definition, 'Author')).mix).toEqual([[1, 'POST /users']]);
  });
});

test('every shipped scenario describes itself', async () => {
  const names = ['simple-load.ts', 'error-simulation.ts', 'spike-load.ts', 'daily-curve.ts', 'arrival-rate.ts'];
  const descriptions = await Promise.all(names.map(async (name) => describeScenario(await load(name))));
  expect(
    descriptions.map(({ userClasses, shapes, host }) => [userClasses.map(({ name }) => name), shapes, host]),
  ).toEqual([
    [['SimpleUser'], [], 'http://localhost:5001'],
    [['ErrorSimulationUser', 'FaultInjectionUser'], [], 'http://localhost:5001'],
    [['SpikeUser'], ['SpikeShape'], 'http://localhost:5001'],
    [['Visitor'], ['DailyCurve'], 'http://localhost:5001'],
    [['Author', 'Visitor'], [], 'http://localhost:5001'],
  ]);
});
