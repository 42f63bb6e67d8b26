import { readScenarios } from '../plan/read-scenarios.js';
import { plannedLoad } from './planned-load.js';

const at = (plan: ReturnType<typeof plannedLoad>, line: number, second: number) => {
  const index = plan.seconds.findIndex((each) => each >= second);
  return plan.lines[line]?.values[index];
};

describe('a planned load', () => {
  it('is the ramp and what follows, to the end of the run', () => {
    const plan = plannedLoad({ kind: 'users', users: 20, spawnRate: 2, runTimeMs: 60_000 }, 100);
    expect(plan).toMatchObject({ endSeconds: 60, peakUsers: 20 });
    expect([at(plan, 0, 5), at(plan, 0, 10), at(plan, 0, 60)]).toEqual([10, 20, 20]);
  });

  it('shows a while of a run without an end, and no more users than there may be', () => {
    const plan = plannedLoad({ kind: 'users', users: 500, spawnRate: 10, runTimeMs: undefined }, 100);
    expect(plan).toMatchObject({ endSeconds: null, peakUsers: 100 });
    expect(plan.seconds.at(-1)).toBeGreaterThan(100);
  });

  it('is the curve of a shape, cut by the run time; without a curve there is nothing to show', () => {
    const shape = { kind: 'shape', shape: 'Spike', runTimeMs: undefined } as const;
    const curve = { everySeconds: 10, users: [0, 50, 50, 0], endSeconds: 30 };
    const plan = plannedLoad(shape, 100, curve);
    expect(plan).toMatchObject({ endSeconds: 30, peakUsers: 50 });
    expect(at(plan, 0, 5)).toBe(25);
    expect(plannedLoad({ ...shape, runTimeMs: 15_000 }, 100, curve).endSeconds).toBe(15);
    expect(plannedLoad(shape, 100)).toMatchObject({ lines: [], endSeconds: null });
  });

  it('has a line for every scenario, users or arrivals, each from its own start to its own end', () => {
    const { scenarios, problems } = readScenarios({
      warm: {
        executor: 'ramping-vus',
        stages: [
          { duration: '10s', target: 10 },
          { duration: '10s', target: 0 },
        ],
      },
      steady: { executor: 'constant-vus', vus: 5, duration: '20s', startTime: '20s' },
      burst: {
        executor: 'ramping-arrival-rate',
        timeUnit: '1m',
        stages: [{ duration: '30s', target: 600 }],
        preAllocatedVUs: 3,
        maxVUs: 8,
      },
    });
    expect(problems).toEqual([]);
    const plan = plannedLoad({ kind: 'scenarios', scenarios, runTimeMs: undefined }, 100);
    expect(plan.endSeconds).toBe(40);
    expect(plan.lines.map(({ name, unit }) => `${name} ${unit}`)).toEqual([
      'warm users',
      'steady users',
      'burst arrivals',
    ]);
    expect([at(plan, 0, 5), at(plan, 0, 10), at(plan, 0, 25)]).toEqual([5, 10, null]);
    expect([at(plan, 1, 10), at(plan, 1, 30)]).toEqual([null, 5]);
    expect(at(plan, 2, 15)).toBeCloseTo(5, 5);
    expect(at(plan, 2, 30)).toBeCloseTo(10, 3);
    // Ten users at once, and as many more as the arrivals may take.
    expect(plan.peakUsers).toBe(18);
  });

  it('goes on for a minute at the least where only a stop ends it', () => {
    const { scenarios } = readScenarios({
      hand: { executor: 'externally-controlled', vus: 3, maxVUs: 9, duration: 0 },
    });
    const plan = plannedLoad({ kind: 'scenarios', scenarios, runTimeMs: undefined }, 100);
    expect(plan.endSeconds).toBeNull();
    expect(plan.seconds.at(-1)).toBe(60);
  });
});
