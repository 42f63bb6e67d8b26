import { LoadstarError } from '../errors/index.js';
import type { LoadPlan } from './plan.js';
import { readScenarios } from './read-scenarios.js';
import { checkCeiling } from './user-ceiling.js';

const arrivals = (maxVUs: number, startTime = 0) => ({
  executor: 'constant-arrival-rate',
  rate: 10,
  duration: 10,
  preAllocatedVUs: 1,
  maxVUs,
  startTime,
  gracefulStop: 5,
});
const scenariosOf = (written: object): LoadPlan => ({
  kind: 'scenarios',
  scenarios: readScenarios(written).scenarios,
  runTimeMs: undefined,
});
const verdictOn = (load: LoadPlan, ceiling: number): string => {
  try {
    checkCeiling(load, ceiling);
    return 'accepted';
  } catch (error) {
    return error instanceof LoadstarError ? `${error.code} ${JSON.stringify(error.details)}` : String(error);
  }
};

describe('the ceiling of users of a run', () => {
  it('holds for users, and for scenarios at the moment when they need most', () => {
    expect(verdictOn({ kind: 'users', users: 51, spawnRate: 1, runTimeMs: undefined }, 50)).toContain('USER_CEILING');
    expect(verdictOn(scenariosOf({ a: arrivals(30), b: arrivals(30) }), 50)).toBe(
      'USER_CEILING {"users":60,"ceiling":50}',
    );
    // One after the other they never need more than 30.
    expect(verdictOn(scenariosOf({ a: arrivals(30), b: arrivals(30, 20) }), 50)).toBe('accepted');
    expect(verdictOn({ kind: 'shape', shape: 'Spike', runTimeMs: undefined }, 50)).toBe('accepted');
  });
});
