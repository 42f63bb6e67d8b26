import fc from 'fast-check';
import { SeededRandom } from '@loadstar/shared';
import { mm2Target, tokenBucketTarget } from '../testing/capacity-targets.js';
import { type CapacityOptions, CapacitySearch, type StepReport } from './capacity-search.js';
import { fitUsl } from './universal-scalability.js';

function search(options: CapacityOptions, run: (rate: number, seconds: number) => StepReport) {
  const one = new CapacitySearch(options);
  for (let step = one.next(); step; step = one.next()) one.report(run(step.rate, step.seconds));
  return one.result();
}

const holds =
  (capacity: number) =>
  (rate: number): StepReport => ({
    passed: rate <= capacity,
    achievedRate: Math.min(rate, capacity),
    meanMs: 5,
  });

describe('CapacitySearch', () => {
  it('finds any capacity within 5 % in 12 steps and never passes the cap', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 5, max: 5_000, noNaN: true }),
        fc.double({ min: 10, max: 100, noNaN: true }),
        (capacity, startRate) => {
          const capRate = 4_000;
          const {
            outcome,
            capacity: found,
            failedRate,
            steps,
            confirmed,
          } = search({ startRate, capRate }, holds(capacity));
          expect(steps.length).toBeLessThanOrEqual(12);
          for (const { rate } of steps) expect(rate).toBeLessThanOrEqual(capRate);
          if (capacity >= capRate) {
            expect({ outcome, found }).toEqual({ outcome: 'above cap', found: capRate });
            return;
          }
          expect(outcome).toBe('found');
          if (!confirmed) expect(steps).toHaveLength(12);
          expect(found!).toBeLessThanOrEqual(capacity);
          expect(found!).toBeGreaterThanOrEqual(capacity / 1.05);
          expect(failedRate!).toBeGreaterThan(capacity);
        },
      ),
    );
  });

  it.each([
    ['a token bucket of 400/s', tokenBucketTarget, 10, 20],
    ['an M/M/2 queue with a limit on p95', mm2Target, 120, 10],
  ] as const)('finds the capacity of %s', (name, make, stepSeconds, trials) => {
    let right = 0;
    for (let trial = 0; trial < trials; trial++) {
      const target = make(new SeededRandom(`${name} ${trial}`));
      const { estimate, steps } = search({ startRate: 40, capRate: 2_000, stepSeconds }, (rate, seconds) =>
        target.run(rate, seconds),
      );
      if (Math.abs(estimate! / target.capacity - 1) <= 0.05 && steps.length <= 12) right++;
    }
    expect(right).toBeGreaterThanOrEqual(trials - 1);
  });

  it('says when nothing is held, when the generator gives out, and when steps ran out', () => {
    expect(search({ startRate: 100, capRate: 1_000 }, holds(0.1))).toMatchObject({
      outcome: 'below start',
      capacity: null,
    });
    const weak = search({ startRate: 100, capRate: 5_000 }, (rate) => ({
      ...holds(9_999)(rate),
      trusted: rate <= 700,
    }));
    expect(weak).toMatchObject({ outcome: 'generator limit' });
    expect(weak.capacity!).toBeGreaterThan(660);
    expect(search({ startRate: 1, capRate: 1e6, maxSteps: 5 }, holds(1e5))).toMatchObject({ outcome: 'steps spent' });
  });

  it('does not keep a rate that is held only once', () => {
    let tries = 0;
    const flaky = search({ startRate: 100, capRate: 10_000 }, (rate) => ({
      ...holds(300)(rate),
      passed: rate <= 300 || (rate < 420 && tries++ === 0),
    }));
    expect(flaky.capacity!).toBeLessThanOrEqual(300);
    expect(flaky.failedRate!).toBeLessThanOrEqual(420);
  });

  it('cools down between steps and repeats a step until it is reported', () => {
    const one = new CapacitySearch({ startRate: 10, capRate: 100, coolDownSeconds: 7 });
    expect(one.next()).toMatchObject({ number: 1, rate: 10, coolDownSeconds: 0 });
    expect(one.next()).toBe(one.next());
    one.report(holds(50)(10));
    expect(one.next()).toMatchObject({ number: 2, rate: 20, coolDownSeconds: 7 });
    expect(() => new CapacitySearch({ startRate: 10, capRate: 5 })).toThrow(RangeError);
  });
});

describe('the universal scalability law', () => {
  const curve = (n: number, lambda: number, sigma: number, kappa: number) =>
    (lambda * n) / (1 + sigma * (n - 1) + kappa * n * (n - 1));

  it('finds the knee of a curve with noise, and an interval that holds the truth', () => {
    const random = new SeededRandom('usl');
    const truth = curve(Math.sqrt((1 - 0.03) / 0.0004), 100, 0.03, 0.0004);
    let covered = 0;
    for (let trial = 0; trial < 40; trial++) {
      const points = [1, 2, 4, 8, 16, 32, 48, 64, 96].map((concurrency) => ({
        concurrency,
        rate: curve(concurrency, 100, 0.03, 0.0004) * (1 + 0.04 * (random.next() - 0.5)),
      }));
      const fitted = fitUsl(points)!;
      expect(fitted.peakRate! / truth).toBeCloseTo(1, 1);
      if (fitted.peakLow! <= truth && truth <= fitted.peakHigh!) covered++;
    }
    expect(covered).toBeGreaterThanOrEqual(30);
  });

  it('says nothing of a target that never had a request on average, as a fast one that refuses what is too much', () => {
    // As measured on a real target with a token bucket of 400/s; the fit would have its peak at 49/s.
    const rates = [50, 100, 200, 400, 406.5, 406.5, 406.5, 406.3, 406.5, 406.3, 406.3, 406.3];
    const meansMs = [0.89, 0.84, 0.52, 0.29, 0.31, 0.19, 0.21, 0.21, 0.21, 0.22, 0.49, 0.2];
    const points = rates.map((rate, step) => ({ rate, concurrency: (rate * meansMs[step]!) / 1_000 }));
    expect(fitUsl(points)).toBeUndefined();
  });

  it('never tells a peak that is clearly below what was answered', () => {
    const point = fc.record({
      concurrency: fc.double({ min: 0.1, max: 50, noNaN: true }),
      rate: fc.double({ min: 10, max: 1_000, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(point, { minLength: 4, maxLength: 8 }), (points) => {
        const peak = fitUsl(points)?.peakRate ?? Infinity;
        expect(peak).toBeGreaterThanOrEqual(0.9 * Math.max(...points.map(({ rate }) => rate)));
      }),
    );
  });

  it('has no knee where throughput never falls, and no answer from too little', () => {
    const points = [1, 2, 4, 8, 16].map((concurrency) => ({ concurrency, rate: curve(concurrency, 50, 0.1, 0) }));
    const fitted = fitUsl(points)!;
    expect(fitted.kneeConcurrency === null || fitted.kneeConcurrency > 1_000).toBe(true);
    expect(fitted.sigma).toBeCloseTo(0.1, 3);
    expect(fitUsl(points.slice(0, 3))).toBeUndefined();
    expect(fitUsl(points.map(() => ({ concurrency: 0, rate: 0 })))).toBeUndefined();
  });
});
