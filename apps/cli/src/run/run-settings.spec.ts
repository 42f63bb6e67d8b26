import { LoadstarError, type ScenarioDescription } from '@loadstar/shared';
import { planRun, type RunFlags, unusedNumbers } from './run-settings.js';

const described = (change: Partial<ScenarioDescription> = {}): ScenarioDescription => ({
  userClasses: [{ name: 'Shopper', weight: 1, fixedCount: 0, tasks: [] }],
  shapes: [],
  host: undefined,
  thresholds: {},
  ...change,
});
const flagsOf = (flags: Partial<RunFlags>): RunFlags => ({
  processes: 1,
  quiet: false,
  headless: false,
  allow: [],
  param: {},
  host: 'http://localhost:5001',
  ...flags,
});
const plan = (flags: Partial<RunFlags>, description = described()) =>
  planRun(flagsOf(flags), { name: 'shop.ts', hash: 'aa' }, description);
const refusal = (flags: Partial<RunFlags>, description = described()): LoadstarError => {
  try {
    plan(flags, description);
  } catch (error) {
    if (error instanceof LoadstarError) return error;
    throw error;
  }
  throw new Error('it was planned');
};
const spike = described({ shapes: ['Spike'] });

describe('the plan of loadstar run', () => {
  it('follows the shape of a file also when users are asked for, and says that they are not used', () => {
    const { load } = plan({ users: 50, spawnRate: 5, runTime: 600 }, spike);
    expect(load).toEqual({ kind: 'shape', shape: 'Spike', runTimeMs: 600_000 });
    expect(unusedNumbers(flagsOf({ users: 50, spawnRate: 5 }), load)).toBe(
      '--users 50 and --spawn-rate 5 are not used: the shape Spike decides how many users there are; --shape none leaves it out',
    );
    expect(unusedNumbers(flagsOf({ users: 50 }), load)).toMatch(/^--users 50 is not used/);
    expect(unusedNumbers(flagsOf({}), load)).toBeUndefined();
  });

  it('runs users where the shape is left out', () => {
    const { load } = plan({ users: 50, spawnRate: 5, shape: 'none' }, spike);
    expect(load).toEqual({ kind: 'users', users: 50, spawnRate: 5, runTimeMs: undefined });
    expect(unusedNumbers(flagsOf({ users: 50, shape: 'none' }), load)).toBeUndefined();
    expect(plan({}).load).toMatchObject({ users: 1, spawnRate: 1 });
  });

  it('wants a choice among several shapes', () => {
    const { code, fields } = refusal({ users: 50 }, described({ shapes: ['A', 'B'] }));
    expect(code).toBe('INVALID_INPUT');
    expect(fields).toEqual([{ field: '--shape', problem: 'the scenario has several: choose one of A, B, or none' }]);
  });

  it.each([
    ['the flag', { host: 'http://user:secret@localhost:5001' }, described(), '--host'],
    ['the file', { host: undefined }, described({ host: 'http://user:secret@localhost:5001' }), 'options.host'],
  ])('refuses credentials in the host of %s, and repeats none', (_what, flags, description, field) => {
    const error = refusal(flags as Partial<RunFlags>, description);
    expect([error.code, error.fields[0]?.field]).toEqual(['INVALID_HOST', field]);
    expect(JSON.stringify([error.message, error.hint, error.fields])).not.toContain('secret');
  });

  it('has the host of the flag, or else of the file, or else says what to give', () => {
    expect(plan({}, described({ host: 'http://b' })).host).toBe('http://localhost:5001');
    const without = flagsOf({});
    delete without.host;
    expect(planRun(without, { name: 'shop.ts', hash: 'aa' }, described({ host: 'http://b/' })).host).toBe('http://b');
    expect(refusal({ host: undefined } as unknown as Partial<RunFlags>).fields[0]?.field).toBe('--host');
  });

  it('has the stop timeout of the flag, or else of the file, or else five seconds', () => {
    const file = described({ stopTimeoutMs: 250 });
    expect(plan({ stopTimeout: 0 }, file).stopTimeoutMs).toBe(0);
    expect(plan({}, file).stopTimeoutMs).toBe(250);
    expect(plan({}).stopTimeoutMs).toBe(5_000);
  });
});
