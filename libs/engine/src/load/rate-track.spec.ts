import fc from 'fast-check';
import { RateTrack, SeededRandom, usersOnRamp } from '@loadstar/shared';
import { ArrivalSequence } from './arrival-sequence.js';
import { arrivalShare, workOf } from './share-of-work.js';

const stages = fc.array(
  fc.record({ duration: fc.integer({ min: 0, max: 120 }), target: fc.integer({ min: 0, max: 400 }) }),
  { minLength: 1, maxLength: 6 },
);

function trackOf(start: number, list: readonly { duration: number; target: number }[]): RateTrack {
  const track = new RateTrack(1_000);
  let from = start;
  for (const { duration, target } of list) {
    track.append(duration * 1_000, from, target);
    from = target;
  }
  return track;
}

function timesOf(sequence: ArrivalSequence, most = 100_000): number[] {
  const times: number[] = [];
  for (; sequence.dueMs < Infinity && times.length < most; sequence.next()) times.push(sequence.dueMs);
  return times;
}

describe('arrivals on a track of rates', () => {
  it.each([
    [10_000, 1_000, 60_000],
    [1, 1_000, 10_000],
    [7, 60_000, 600_000],
    [0.3, 1_000, 10_000],
    [333.3, 1_000, 30_000],
  ])('%d per %d ms for %d ms: exactly as many as planned, each at its own multiple', (rate, unitMs, lengthMs) => {
    const track = new RateTrack(unitMs).append(lengthMs, rate, rate);
    const sequence = new ArrivalSequence(track, undefined);
    let count = 0;
    let worst = 0;
    for (; sequence.dueMs < Infinity; sequence.next()) {
      worst = Math.max(worst, Math.abs(sequence.dueMs - (count * unitMs) / rate));
      count++;
    }
    expect(worst).toBeLessThan(1e-6);
    expect(count).toBe(Math.ceil((rate * lengthMs) / unitMs - 1e-9));
  });

  it('follows stages: the inverse of the count, in growing order, and all within the track', () => {
    fc.assert(
      fc.property(fc.nat(200), stages, (start, list) => {
        const track = trackOf(start, list);
        const times = timesOf(new ArrivalSequence(track, undefined), 3_000);
        const wrong = times.filter(
          (ms, k) =>
            Math.abs(track.countAt(ms) - k) > 1e-6 || ms > track.endMs || (k > 0 && ms < (times[k - 1] ?? 0) - 1e-9),
        );
        expect(wrong).toEqual([]);
        if (times.length < 3_000)
          expect(times.length).toBe(Math.max(0, Math.ceil(track.total - 1e-9 * Math.max(1, track.total))));
      }),
      { numRuns: 50 },
    );
  });

  it('takes a new rate from its moment on and touches nothing before', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 300 }), fc.nat(20_000), (a, b, atMs) => {
        const plain = timesOf(new ArrivalSequence(new RateTrack(1_000).append(20_000, a, a), undefined));
        const track = new RateTrack(1_000).append(20_000, a, a);
        const changed = new ArrivalSequence(track, undefined);
        changed.changeRate(atMs, b);
        const times = timesOf(changed);
        const before = plain.filter((ms) => ms < atMs - 1e-6);
        expect(before.filter((ms, k) => Math.abs(ms - times[k]!) > 1e-6)).toEqual([]);
        expect(Math.abs(times.length - ((a * atMs) / 1_000 + (b * (20_000 - atMs)) / 1_000))).toBeLessThanOrEqual(1);
        expect(track.endMs).toBeCloseTo(20_000, 6);
        if (atMs < 20_000) expect(track.rateAt(atMs)).toBeCloseTo(b, 9);
      }),
    );
  });

  it('spaces Poisson arrivals independently: as many as the rate says, distances as an exponential law', () => {
    const track = new RateTrack(1_000).append(100_000, 500, 500);
    const times = timesOf(new ArrivalSequence(track, new SeededRandom('p')));
    // 50,000 expected; the standard deviation is 224.
    expect(Math.abs(times.length - 50_000)).toBeLessThan(900);
    const gaps = times.slice(1).map((ms, i) => ms - times[i]!);
    // An exponential law with a mean of 2 ms: 1 - 1/e are below the mean, and e^-3 are above three of it.
    expect(gaps.filter((gap) => gap < 2).length / gaps.length).toBeCloseTo(1 - Math.exp(-1), 1);
    expect(gaps.filter((gap) => gap > 6).length / gaps.length).toBeCloseTo(Math.exp(-3), 2);
    expect(timesOf(new ArrivalSequence(track, new SeededRandom('p')), 100)).toEqual(times.slice(0, 100));
  });
});

describe('work dealt out over shares', () => {
  it('adds up exactly, and only where there are users', () => {
    fc.assert(
      fc.property(
        fc.nat(10_000),
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 20 }),
        (total, vus, of) => {
          const parts = Array.from({ length: of }, (_, index) => workOf(total, vus, { index, of }));
          expect(parts.reduce((a, b) => a + b, 0)).toBe(total);
          parts.forEach((part, index) => {
            if (index >= vus) expect(part).toBe(0);
          });
        },
      ),
    );
  });

  it('gives every arrival to exactly one share', () => {
    fc.assert(
      fc.property(fc.nat(5_000), fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 20 }), (k, vus, of) => {
        const owners = Array.from({ length: of }, (_, index) => arrivalShare({ index, of }, vus)).filter(
          (share) => share && k % share.of === share.index,
        );
        expect(owners).toHaveLength(1);
      }),
    );
  });
});

describe('users on a ramp', () => {
  it('meets both ends of a stage exactly and never leaves its bounds', () => {
    fc.assert(
      fc.property(fc.nat(100), stages, (start, list) => {
        let from = start;
        let atMs = 0;
        for (const { duration, target } of list) {
          if (duration > 0) {
            const middle = usersOnRamp(start, list, atMs + duration * 500);
            expect(middle).toBeGreaterThanOrEqual(Math.min(from, target));
            expect(middle).toBeLessThanOrEqual(Math.max(from, target));
            expect(usersOnRamp(start, list, atMs)).toBe(from);
          }
          atMs += duration * 1_000;
          from = target;
        }
        expect(usersOnRamp(start, list, atMs)).toBe(from);
      }),
    );
  });

  it('adds and takes users one by one, as k6 does', () => {
    const up = [{ duration: 10, target: 10 }];
    expect([0, 999, 1_000, 5_500, 9_999, 10_000].map((ms) => usersOnRamp(0, up, ms))).toEqual([0, 0, 1, 5, 9, 10]);
    const down = [{ duration: 10, target: 0 }];
    expect([0, 999, 1_000, 9_999, 10_000].map((ms) => usersOnRamp(10, down, ms))).toEqual([10, 10, 9, 1, 0]);
  });
});
