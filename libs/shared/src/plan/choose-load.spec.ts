import { LoadstarError } from '../errors/index.js';
import { type AskedLoad, chooseLoad } from './choose-load.js';
import { readScenarios } from './read-scenarios.js';

const plain = { users: 10, spawnRate: 2, runTimeMs: 60_000 };
const { scenarios } = readScenarios({ steady: { executor: 'constant-vus', vus: 5, duration: '30s' } });
const chosen = (asked: AskedLoad, shapes: string[], planned: typeof scenarios = []): string => {
  try {
    const load = chooseLoad(asked, plain, { shapes, scenarios: planned }, '--shape');
    return load.kind === 'shape' ? load.shape : load.kind;
  } catch (error) {
    if (error instanceof LoadstarError) return `${error.code} ${error.fields[0]?.field}: ${error.fields[0]?.problem}`;
    throw error;
  }
};

describe('the load of a run', () => {
  it.each([
    ['of users, when the file has no shape', {}, [], 'users'],
    ['the only shape, unasked', {}, ['Spike'], 'Spike'],
    ['the only shape, whatever number of users is asked for', { users: 50 }, ['Spike'], 'Spike'],
    ['the one of several that is asked for', { shape: 'B', users: 50 }, ['A', 'B'], 'B'],
    ['of users, when no shape is asked for', { shape: 'none', users: 50 }, ['Spike'], 'users'],
    ['of users, when Locust’s form asks for none', { shape: 'Default' }, ['A', 'B'], 'users'],
  ])('is %s', (_what, asked, shapes, expected) => {
    expect(chosen(asked, shapes)).toBe(expected);
  });

  it.each([
    [{}, ['A', 'B'], 'INVALID_INPUT --shape: the scenario has several: choose one of A, B, or none'],
    [{ users: 50 }, ['A', 'B'], 'INVALID_INPUT --shape: the scenario has several: choose one of A, B, or none'],
    [{ shape: 'C' }, ['A', 'B'], 'INVALID_INPUT --shape: one of A, B, or none'],
    [{ shape: 'C' }, [], 'INVALID_INPUT --shape: none: the scenario has no shape'],
  ])('has to be chosen when it is not clear: %j of %j', (asked, shapes, expected) => {
    expect(chosen(asked, shapes)).toBe(expected);
  });

  it('is what the file plans by scenarios, unless users or a shape are asked for', () => {
    expect(chosen({}, ['Spike'], scenarios)).toBe('scenarios');
    expect(chosen({ users: 5 }, [], scenarios)).toBe('users');
    expect(chosen({ shape: 'Spike' }, ['Spike'], scenarios)).toBe('Spike');
    expect(chosen({ shape: 'none' }, ['Spike'], scenarios)).toBe('users');
  });

  it('ends at the default run time, except scenarios, which end by themselves', () => {
    expect(chooseLoad({}, plain, { shapes: [] })).toEqual({ kind: 'users', ...plain });
    expect(chooseLoad({}, plain, { shapes: ['Spike'] })).toMatchObject({ runTimeMs: 60_000 });
    expect(chooseLoad({}, plain, { shapes: [], scenarios })).toMatchObject({ runTimeMs: undefined });
    expect(chooseLoad({ runTimeMs: 9 }, plain, { shapes: [], scenarios })).toMatchObject({ runTimeMs: 9 });
  });
});
