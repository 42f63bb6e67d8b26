import fc from 'fast-check';
import { type ClassQuota, ClassSequence, populationChange, ShareAllocation } from './class-allocation.js';

const quotas = fc
  .array(fc.record({ weight: fc.integer({ min: 0, max: 9 }), fixedCount: fc.constantFrom(0, 0, 0, 1, 4) }), {
    minLength: 1,
    maxLength: 6,
  })
  .map((list): ClassQuota[] => list.map((quota, i) => ({ name: `C${i}`, ...quota })))
  .filter((list) => list.some(({ weight, fixedCount }) => weight > 0 && fixedCount === 0));

const countsOf = (sequence: ClassSequence, users: number): number[] => {
  const counts = sequence.classes.map(() => 0);
  for (let k = 0; k < users; k++) counts[sequence.classOf(k)]! += 1;
  return counts;
};

describe('ClassSequence', () => {
  it('places fixed counts first and then keeps every weighted class within one of its share', () => {
    fc.assert(
      fc.property(quotas, fc.integer({ min: 0, max: 400 }), (classes, users) => {
        const counts = countsOf(new ClassSequence(classes, 'seed'), users);
        const fixedTotal = classes.reduce((sum, { fixedCount }) => sum + fixedCount, 0);
        const weightOf = ({ weight, fixedCount }: ClassQuota): number => (fixedCount > 0 ? 0 : weight);
        const weightTotal = classes.reduce((sum, quota) => sum + weightOf(quota), 0);
        const free = Math.max(0, users - fixedTotal);
        classes.forEach((quota, i) => {
          if (quota.fixedCount > 0 && users >= fixedTotal) expect(counts[i]).toBe(quota.fixedCount);
          if (quota.fixedCount > 0) return;
          expect(Math.abs(counts[i]! - (free * weightOf(quota)) / weightTotal)).toBeLessThanOrEqual(1 + 1e-9);
        });
      }),
    );
  });

  it('is the same in every engine of a run', () => {
    const classes = [
      { name: 'A', weight: 3, fixedCount: 0 },
      { name: 'B', weight: 2, fixedCount: 0 },
    ];
    const take = (): number[] => Array.from({ length: 100 }, (_, k) => new ClassSequence(classes, 's').classOf(k));
    expect(take()).toEqual(take());
  });

  it('gives each of two engines users of both classes, where a strict alternation would not', () => {
    const classes = [
      { name: 'A', weight: 1, fixedCount: 0 },
      { name: 'B', weight: 1, fixedCount: 0 },
    ];
    const sequence = new ClassSequence(classes, 'seed');
    const [a, b] = new ShareAllocation(sequence, { index: 0, of: 2 }).resize(100);
    expect(Math.min(a!, b!)).toBeGreaterThan(20);
  });

  it('runs out of users when every class has a fixed count', () => {
    const sequence = new ClassSequence([{ name: 'A', weight: 1, fixedCount: 2 }], 'seed');
    expect([0, 1, 2].map((k) => sequence.classOf(k))).toEqual([0, 0, -1]);
  });
});

describe('ShareAllocation', () => {
  it('adds up over the shares to the classes of the whole, at every size', () => {
    fc.assert(
      fc.property(quotas, fc.integer({ min: 1, max: 7 }), fc.integer({ min: 0, max: 200 }), (classes, of, users) => {
        const sequence = new ClassSequence(classes, 'seed');
        const sum = classes.map(() => 0);
        for (let index = 0; index < of; index++) {
          const members = users <= index ? 0 : Math.floor((users - 1 - index) / of) + 1;
          new ShareAllocation(sequence, { index, of }).resize(members).forEach((count, i) => {
            sum[i]! += count;
          });
        }
        expect(sum).toEqual(countsOf(sequence, users));
      }),
    );
  });

  it('comes back to the same counts after growing and shrinking', () => {
    const sequence = new ClassSequence(
      [
        { name: 'A', weight: 2, fixedCount: 0 },
        { name: 'B', weight: 1, fixedCount: 0 },
      ],
      's',
    );
    const allocation = new ShareAllocation(sequence, { index: 1, of: 3 });
    const at40 = [...allocation.resize(40)];
    allocation.resize(90);
    allocation.resize(3);
    expect(allocation.resize(40)).toEqual(at40);
  });
});

describe('populationChange', () => {
  const counts = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 3, maxLength: 3 });
  const apply = (
    running: readonly number[],
    { starts, stops }: { starts: readonly number[]; stops: readonly number[] },
  ): number[] => {
    const after = [...running];
    for (const i of starts) after[i]! += 1;
    for (const i of stops) after[i]! -= 1;
    return after;
  };
  const sum = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0);

  it('reaches the wanted counts with the fewest starts and stops when swaps are not limited', () => {
    fc.assert(
      fc.property(counts, counts, (wanted, running) => {
        const change = populationChange(wanted, running, Infinity);
        expect(apply(running, change)).toEqual(wanted);
        expect(change.starts.filter((i) => change.stops.includes(i))).toEqual([]);
      }),
    );
  });

  it('always reaches the wanted number, and changes the class of at most `swaps` users', () => {
    fc.assert(
      fc.property(counts, counts, fc.integer({ min: 0, max: 5 }), (wanted, running, swaps) => {
        const change = populationChange(wanted, running, swaps);
        const after = apply(running, change);
        expect(sum(after)).toBe(sum(wanted));
        expect(Math.min(change.starts.length, change.stops.length)).toBeLessThanOrEqual(swaps);
        expect(Math.min(...after)).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
