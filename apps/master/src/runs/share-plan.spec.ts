import { type Share, shareOf } from '@loadstar/shared';
import fc from 'fast-check';
import { changedShares, planShares } from './share-plan.js';

const sizes = (shares: ReadonlyMap<string, Share>, users: number): number[] =>
  [...shares.values()].map((share) => shareOf(users, share));

describe('planShares', () => {
  it('gives 21 users to two workers as 11 and 10', () => {
    expect(sizes(planShares(['a', 'b']), 21)).toEqual([11, 10]);
  });

  it('gives all to the one that stays, and a third to each when two join', () => {
    const two = planShares(['a', 'b']);
    const one = planShares(['b'], two);
    expect(sizes(one, 21)).toEqual([21]);
    const three = planShares(['c', 'b', 'd'], one);
    expect([...three.keys()]).toEqual(['b', 'c', 'd']);
    expect(sizes(three, 21)).toEqual([7, 7, 7]);
  });

  it('names who has to be told', () => {
    const before = planShares(['a', 'b', 'c']);
    expect(changedShares(before, planShares(['a', 'b', 'c'], before))).toEqual([]);
    expect(changedShares(before, planShares(['b', 'c'], before))).toEqual(['b', 'c']);
  });

  it('is a partition of every user number after any sequence of joins and leaves', () => {
    const steps = fc.array(fc.record({ join: fc.boolean(), who: fc.nat(9) }), { maxLength: 40 });
    fc.assert(
      fc.property(steps, fc.integer({ min: 0, max: 200 }), (sequence, users) => {
        let shares = new Map<string, Share>();
        let holders: string[] = [];
        for (const { join, who } of sequence) {
          const name = `w${who}`;
          holders = join ? [...new Set([...holders, name])] : holders.filter((holder) => holder !== name);
          shares = planShares(holders, shares);
          if (holders.length === 0) continue;
          const owners = Array.from(
            { length: users },
            (_, k) => [...shares.values()].filter(({ index, of }) => k % of === index).length,
          );
          expect(owners.every((count) => count === 1)).toBe(true);
          const parts = sizes(shares, users);
          expect(parts.reduce((sum, part) => sum + part, 0)).toBe(users);
          expect(Math.max(...parts) - Math.min(...parts)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});
