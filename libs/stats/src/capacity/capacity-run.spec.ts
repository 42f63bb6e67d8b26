import { type FindCapacityLoad, SeededRandom } from '@loadstar/shared';
import { RunStats } from '../run-stats/run-stats.js';
import { mm2Target } from '../testing/capacity-targets.js';
import { headerOf } from '../testing/random-stats.js';
import { CapacityRun } from './capacity-run.js';

const load: FindCapacityLoad = {
  name: 'peak',
  executor: 'find-capacity',
  exec: undefined,
  startTime: 0,
  gracefulStop: 5,
  env: {},
  tags: {},
  timeUnit: 1,
  preAllocatedVUs: 500,
  maxVUs: 500,
  whenBusy: 'drop',
  spacing: 'poisson',
  timing: 'precise',
  startRate: 40,
  maxRate: 2_000,
  precision: 0.05,
  maxSteps: 12,
  stepDuration: 20,
  coolDown: 5,
};

/** What a target does with one arrival: its time in milliseconds, or undefined for a refusal. */
type Target = (atMs: number) => number | undefined;

const exponential = (random: SeededRandom, mean: number): number => -Math.log(1 - random.next()) * mean;

/** Answers in 2 ms as long as there are tokens, 400 of which come every second. */
function tokenBucket(perSecond = 400): Target {
  let [tokens, lastMs] = [40, 0];
  return (atMs) => {
    tokens = Math.min(40, tokens + ((atMs - lastMs) * perSecond) / 1_000);
    lastMs = atMs;
    if (tokens < 1) return undefined;
    tokens--;
    return 2;
  };
}

/** Two servers with one queue, exponential service of 5 ms. */
function mm2(random: SeededRandom): Target {
  const free = [0, 0];
  return (atMs) => {
    const server = (free[0] ?? 0) <= (free[1] ?? 0) ? 0 : 1;
    free[server] = Math.max(atMs, free[server] ?? 0) + exponential(random, 5);
    return (free[server] ?? 0) - atMs;
  };
}

interface Played {
  readonly rates: { atMs: number; rate: number }[];
  readonly endMs: number;
}

/** Leads a search as the master does: a look each second, numbers of the last second, changes at their moment. */
function lead(
  run: CapacityRun,
  target: Target,
  random: SeededRandom,
  fromMs = 0,
  first = true,
  limitMs = 3_600_000,
  stepMs = load.stepDuration * 1_000,
): Played {
  const rates = first ? [{ atMs: 0, rate: load.startRate }] : [];
  for (let nowMs = fromMs; nowMs < limitMs; nowMs += 1_000) {
    const delta = new RunStats();
    const series = delta.series({ userClass: 'peak', method: 'GET', name: '/' });
    const current = rates.findLast(({ atMs }) => atMs <= nowMs);
    const active = current && nowMs < current.atMs + stepMs ? current.rate : 0;
    if (active > 0) {
      for (let atMs = nowMs + exponential(random, 1_000 / active); atMs < nowMs + 1_000;) {
        const ms = target(atMs);
        delta.iterations.started++;
        delta.iterations.finished++;
        series.start();
        series.finish(ms === undefined ? 'status' : 'ok', (ms ?? 1) * 1_000, (ms ?? 1) * 1_000, 1, atMs);
        atMs += exponential(random, 1_000 / active);
      }
    }
    run.take(headerOf({ worker: 'w', elapsedMs: nowMs + 1_000 }), delta, nowMs, nowMs + 1_000);
    const move = run.advance(nowMs + 1_000, 250);
    if (move?.kind === 'over') return { rates, endMs: nowMs };
    if (move) {
      // Whole seconds, so that this simulation can keep to them.
      expect(move.atMs).toBeGreaterThanOrEqual(nowMs + 1_250);
      rates.push({ atMs: Math.ceil(move.atMs / 1_000) * 1_000, rate: move.rate });
    }
  }
  return { rates, endMs: limitMs };
}

describe('a capacity search on a run', () => {
  it.each([
    ['a token bucket of 400/s', { request_failed: ['rate<0.01'] }, () => tokenBucket(), 400, 20],
    [
      'an M/M/2 queue with a limit on p95',
      { request_duration: ['p95<30 or abort'] },
      mm2,
      mm2Target(new SeededRandom('')).capacity,
      120,
    ],
  ] as const)(
    'finds the capacity of %s within 5 % in 12 steps, below the cap',
    (_name, thresholds, make, truth, stepDuration) => {
      const random = new SeededRandom('search');
      const run = new CapacityRun({ ...load, stepDuration }, thresholds as never);
      const { rates } = lead(run, make(random), random, 0, true, 3_600_000, stepDuration * 1_000);
      const { outcome, estimate, steps, knee } = run.view();
      expect(outcome).toBe('found');
      expect(Math.abs((estimate ?? 0) / truth - 1)).toBeLessThan(0.05);
      expect(steps.length).toBeLessThanOrEqual(12);
      expect(Math.max(...rates.map(({ rate }) => rate))).toBeLessThanOrEqual(load.maxRate);
      expect(steps.every(({ trusted }) => trusted)).toBe(true);
      expect(run.verdicts()).toEqual([expect.objectContaining({ passed: true })]);
      expect(knee === null || knee.peakRate === null || knee.peakRate > 0).toBe(true);
    },
  );

  it('leaves the target alone between steps and tells each step', () => {
    const random = new SeededRandom('pauses');
    const run = new CapacityRun(load, { request_failed: ['rate<0.01'] });
    const { rates } = lead(run, tokenBucket(), random);
    const { steps, running } = run.view();
    expect(running).toBeNull();
    steps.forEach(({ fromSeconds }, index) => {
      const before = steps[index - 1];
      if (before) expect(fromSeconds - before.fromSeconds - before.seconds).toBeGreaterThanOrEqual(load.coolDown);
    });
    expect(steps.map(({ rate }) => rate)).toEqual(rates.map(({ rate }) => rate));
    for (const { passed, reason } of steps) expect(reason === null).toBe(passed);
  });

  it('does not blame the target for arrivals that the generator did not start', () => {
    const run = new CapacityRun({ ...load, maxSteps: 1 }, {});
    for (let second = 0; second < 30; second++) {
      run.take(headerOf({ elapsedMs: second * 1_000 + 1_000 }), new RunStats(), second * 1_000, second * 1_000 + 1_000);
      run.advance(second * 1_000 + 1_000, 250);
    }
    expect(run.view()).toMatchObject({ outcome: 'generator limit', steps: [{ passed: false, trusted: false }] });
    expect(run.view().steps[0]?.reason).toMatch(/the generator started 0 of 800 arrivals/);
  });

  it('counts a report that reaches into a step as of the step, because nothing runs before it', () => {
    const run = new CapacityRun({ ...load, startTime: 10, maxSteps: 1 }, {});
    const report = (sinceMs: number, untilMs: number, requests: number): void => {
      const delta = new RunStats();
      delta.iterations.started = delta.iterations.finished = requests;
      const series = delta.series({ userClass: 'peak', method: 'GET', name: '/' });
      for (let n = 0; n < requests; n++) series.finish('ok', 1_000, 1_000, 1, 0);
      run.take(headerOf({ elapsedMs: untilMs }), delta, sinceMs, untilMs);
    };
    report(8_000, 9_400, 5);
    report(9_400, 10_500, 20);
    report(10_500, 30_500, 780);
    run.advance(33_000, 250);
    expect(run.view().steps[0]).toMatchObject({ passed: true, trusted: true, achievedRate: 40 });
  });

  it('fails a step whose arrivals find no free user', () => {
    const run = new CapacityRun({ ...load, maxSteps: 1 }, {});
    const delta = new RunStats();
    delta.droppedArrivals = 100;
    delta.iterations.started = delta.iterations.finished = 700;
    const series = delta.series({ userClass: 'peak', method: 'GET', name: '/' });
    for (let n = 0; n < 700; n++) series.finish('ok', 1_000, 1_000, 1, 0);
    run.take(headerOf({ elapsedMs: 1_000 }), delta, 0, 1_000);
    run.advance(30_000, 250);
    expect(run.view().steps[0]).toMatchObject({ passed: false, trusted: true });
    expect(run.view().steps[0]?.reason).toMatch(/100 of 800 arrivals found none of the 500 users free/);
  });

  it('goes on under another master with the steps that are known', () => {
    const random = new SeededRandom('restart');
    const [first, target] = [new CapacityRun(load, { request_failed: ['rate<0.01'] }), tokenBucket()];
    lead(first, target, random, 0, true, 90_000);
    const next = new CapacityRun(load, { request_failed: ['rate<0.01'] });
    next.restore(JSON.parse(JSON.stringify(first.memory())) as ReturnType<CapacityRun['memory']>);
    expect(next.view().steps).toEqual(first.view().steps);
    expect(next.view().steps.length).toBeGreaterThan(1);
    lead(next, target, random, 95_000, false);
    expect(next.view().outcome).toBe('found');
    expect(Math.abs((next.view().estimate ?? 0) / 400 - 1)).toBeLessThan(0.05);
    expect(next.view().steps.length).toBeLessThanOrEqual(12);
  });
});
