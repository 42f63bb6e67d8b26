import { SeededRandom } from '@loadstar/shared';
import fc from 'fast-check';
import { mixedPeriod } from './mixed-period.js';
import { QuotaSequence } from './quota-sequence.js';
import { TaskMix } from './task-mix.js';
import { wholeWeights } from './whole-weights.js';

/** The largest distance of any item from its share after any of `n` choices. */
function worstDistance(weights: readonly number[], n: number, next: () => number): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const counts = weights.map(() => 0);
  let worst = 0;
  for (let chosen = 1; chosen <= n; chosen++) {
    counts[next()]! += 1;
    weights.forEach((weight, i) => {
      worst = Math.max(worst, Math.abs(counts[i]! - (chosen * weight) / total));
    });
  }
  return worst;
}

const someWeight = (weights: readonly number[]): boolean => weights.some((weight) => weight > 0);
const whole = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 10 }).filter(someWeight);
const large = fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 1, maxLength: 12 }).filter(someWeight);
const decimal = fc
  .array(
    fc.integer({ min: 0, max: 10_000 }).map((n) => n / 100),
    { minLength: 1, maxLength: 8 },
  )
  .filter(someWeight);

describe('TaskMix', () => {
  it('after n choices has no task more than one away from its share, for any weights', () => {
    fc.assert(
      fc.property(fc.oneof(whole, large, decimal), fc.string(), (weights, seed) => {
        const mix = new TaskMix(weights, new SeededRandom(seed));
        expect(worstDistance(weights, 1_500, () => mix.next())).toBeLessThanOrEqual(1 + 1e-9);
      }),
      { numRuns: 200 },
    );
  });

  it('keeps the bound for weights that are not whole in any base', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 1e-3, max: 1e3, noNaN: true }), { minLength: 1, maxLength: 8 }),
        (weights) => {
          const mix = new TaskMix(weights, new SeededRandom('x'));
          expect(worstDistance(weights, 2_000, () => mix.next())).toBeLessThanOrEqual(1 + 1e-3);
        },
      ),
      { numRuns: 100 },
    );
  });

  it('holds however many users choose from it, because they share it', () => {
    fc.assert(
      fc.property(
        whole,
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 30 }),
        (weights, groups) => {
          const mix = new TaskMix(weights, new SeededRandom('users'));
          const total = weights.reduce((sum, weight) => sum + weight, 0);
          const counts = weights.map(() => 0);
          let n = 0;
          for (const users of groups) {
            for (let user = 0; user < users; user++) counts[mix.next()]! += 1;
            n += users;
            weights.forEach((weight, i) =>
              expect(Math.abs(counts[i]! - (n * weight) / total)).toBeLessThanOrEqual(1 + 1e-9),
            );
          }
        },
      ),
    );
  });

  it('gives users in lockstep different tasks over time, although their number is a multiple of the period', () => {
    const mix = new TaskMix([1, 3, 1, 1], new SeededRandom('lockstep'));
    const users = 12;
    const seen = Array.from({ length: users }, () => new Map<number, number>());
    const rounds = 1_000;
    for (let round = 0; round < rounds; round++) {
      for (const tasks of seen) {
        const task = mix.next();
        tasks.set(task, (tasks.get(task) ?? 0) + 1);
      }
    }
    for (const tasks of seen) {
      expect(tasks.size).toBe(4);
      expect(tasks.get(1)! / rounds).toBeGreaterThan(0.2);
      expect(tasks.get(1)! / rounds).toBeLessThan(0.8);
    }
  });

  it('repeats with its seed and differs with another', () => {
    const take = (seed: string): number[] => {
      const mix = new TaskMix([1, 3, 1, 1], new SeededRandom(seed));
      return Array.from({ length: 200 }, () => mix.next());
    };
    expect(take('a')).toEqual(take('a'));
    expect(take('a')).not.toEqual(take('b'));
  });

  it('never chooses what weighs nothing', () => {
    const mix = new TaskMix([0, 2, 0, 5], new SeededRandom(1));
    const seen = new Set(Array.from({ length: 500 }, () => mix.next()));
    expect(seen).toEqual(new Set([1, 3]));
  });
});

describe('QuotaSequence', () => {
  it('stays strictly within one of every share', () => {
    fc.assert(
      fc.property(fc.oneof(whole, large), (weights) => {
        const sequence = new QuotaSequence(wholeWeights(weights));
        expect(worstDistance(weights, 2_000, () => sequence.next())).toBeLessThan(1 + 1e-9);
      }),
    );
  });
});

describe('mixedPeriod', () => {
  it('holds each item exactly as often as its weight says', () => {
    fc.assert(
      fc.property(whole, fc.string(), (weights, seed) => {
        const order = mixedPeriod(weights, new SeededRandom(seed));
        const counts = weights.map((_, i) => order.filter((index) => index === i).length);
        expect(counts).toEqual(weights);
      }),
      { numRuns: 50 },
    );
  });
});

describe('wholeWeights', () => {
  it('keeps proportions exactly where whole numbers can', () => {
    expect(wholeWeights([50, 30, 20])).toEqual([5, 3, 2]);
    expect(wholeWeights([0.5, 1.5])).toEqual([1, 3]);
    expect(wholeWeights([0.1, 0.2, 0.7])).toEqual([1, 2, 7]);
    expect(wholeWeights([0, 4])).toEqual([0, 1]);
  });

  it('keeps every wanted item, however small beside the others', () => {
    expect(wholeWeights([1e-12, 1e12])[0]).toBe(1);
  });
});
