import type { RunView, ScenarioView } from '@loadstar/shared';
import type { ConsoleConfig } from '../api/client.js';
import { planWords, plannedCurve } from './ramp.js';
import { bodyOf, checkForm, cloneForm, firstForm, noShape, type RunForm, wishOf } from './run-form.js';

const config: ConsoleConfig = {
  version: '0.1.0',
  defaultScenario: 'b.ts',
  defaults: { host: 'http://localhost:5001', users: 20, spawnRate: 2.5, runTimeSeconds: 4800 },
  limits: { maxUsers: 1000 },
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

describe('planned load', () => {
  it('ramps, holds, and says so', () => {
    const wish = { users: 20, spawnRate: 2, runTimeSeconds: 60 };
    expect(plannedCurve(wish)).toEqual([
      { second: 0, users: 0 },
      { second: 10, users: 20 },
      { second: 60, users: 20 },
    ]);
    expect(planWords(wish)).toBe('Up to 20 users within 10 seconds, then steady for 50 seconds.');
    expect(planWords({ ...wish, runTimeSeconds: null })).toContain('until stopped');
    expect(planWords({ users: 1, spawnRate: 5, runTimeSeconds: null })).toContain('1 user at once');
  });

  it('warns when the run ends before all users are there', () => {
    const wish = { users: 100, spawnRate: 1, runTimeSeconds: 30 };
    expect(planWords(wish)).toContain('about 30 of 100 users');
    expect(plannedCurve(wish).at(-1)).toEqual({ second: 30, users: 30 });
  });

  it('is unknown while a field cannot be read', () => expect(wishOf({ ...form, users: 'x' }, 10)).toBeUndefined());
});
