import fc from 'fast-check';
import { LoadstarError, SeededRandom } from '@loadstar/shared';
import { RunStats } from '../run-stats/run-stats.js';
import { headerOf, randomStats, recordSome } from '../testing/random-stats.js';
import { encodeSnapshot, sealStats } from './codec.js';
import { KeptStats, StatsBytes } from './stats-bytes.js';

const bytesOf = (stats: RunStats): string => Buffer.from(encodeSnapshot(headerOf(), stats)).toString('hex');

/** What comparing the objects says of two states. */
function compared(earlier: RunStats, later: RunStats): { delta: string; inFlight: number } | undefined {
  if (!later.covers(earlier)) return undefined;
  return { delta: bytesOf(later.since(earlier)), inFlight: later.inFlight };
}

function advanced(earlier: RunStats, later: StatsBytes): { delta: string; inFlight: number } | undefined {
  const { kept } = KeptStats.first(sealStats(earlier));
  const change = kept.advance(later);
  return change && { delta: bytesOf(change.delta), inFlight: change.inFlight };
}

describe('numbers that are kept as bytes', () => {
  it('give the same differences as the objects, state after state', () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 1, maxLength: 8 }),
        (seed, steps) => {
          const random = new SeededRandom(seed);
          const stats = new RunStats();
          recordSome(stats, random, random.int(0, 30));
          const first = KeptStats.first(sealStats(stats));
          expect(bytesOf(first.delta)).toBe(bytesOf(stats));
          const sum = first.delta.clone();
          for (const step of steps) {
            const before = stats.clone();
            recordSome(stats, random, step);
            const change = first.kept.advance(sealStats(stats));
            expect(change && { delta: bytesOf(change.delta), inFlight: change.inFlight }).toEqual(
              compared(before, stats),
            );
            sum.merge(change!.delta);
          }
          expect(bytesOf(sum)).toBe(bytesOf(stats));
        },
      ),
    );
  });

  it('refuse what the objects refuse, and stay as they were', () => {
    let refused = 0;
    fc.assert(
      fc.property(fc.integer(), fc.integer(), fc.boolean(), (one, other, isLess) => {
        const earlier = randomStats(one, 15);
        const [before, after] = isLess
          ? [earlier.clone().merge(randomStats(other, 1)), earlier]
          : [earlier, randomStats(other, 20)];
        const { kept } = KeptStats.first(sealStats(before));
        const change = kept.advance(sealStats(after));
        expect(change && bytesOf(change.delta)).toEqual(compared(before, after)?.delta);
        if (change !== undefined) return;
        refused++;
        const next = before.clone().merge(after);
        expect(bytesOf(kept.advance(sealStats(next))!.delta)).toBe(bytesOf(next.since(before)));
      }),
    );
    expect(refused).toBeGreaterThan(10);
  });

  it('say the same of times that began to differ, or that do not differ any more', () => {
    const shared = new RunStats();
    const key = { userClass: 'A', method: 'GET', name: '/' };
    for (const us of [10, 5_000]) shared.series(key).finish('ok', us, us, 0, 0);
    const apart = shared.clone();
    apart.series(key).finish('ok', 20, 9_000, 0, 0);
    expect(advanced(shared, sealStats(apart))).toEqual(compared(shared, apart));
    const again = new RunStats();
    for (const us of [10, 20, 5_000]) again.series(key).finish('ok', us, us, 0, 0);
    expect(advanced(again, sealStats(apart))).toBeUndefined();
    expect(advanced(apart, sealStats(again))).toBeUndefined();
  });

  it('refuse damaged bytes with the one error, or read of them what the objects read', () => {
    const earlier = randomStats(5, 25);
    const later = earlier.clone();
    recordSome(later, new SeededRandom(6), 10);
    const whole = sealStats(later);
    let damaged = 0;
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 3 }),
        fc.nat(),
        (flips, cut) => {
          const body = whole.body.slice(0, cut % 3 === 0 ? cut % whole.body.length : whole.body.length);
          for (const [at, byte] of flips) body[at % body.length] = byte;
          const bytes = new StatsBytes(body, 0, [], whole.version);
          let read: RunStats | undefined;
          try {
            read = bytes.unpack();
          } catch (error) {
            expect((error as LoadstarError).code).toBe('MALFORMED_MESSAGE');
          }
          try {
            const change = advanced(earlier, bytes);
            // What has shrunk is refused, whatever else is wrong with it.
            expect(change).toEqual(read && compared(earlier, read));
          } catch (error) {
            if (!(error instanceof LoadstarError)) throw error;
            expect(error.code).toBe('MALFORMED_MESSAGE');
            damaged++;
          }
        },
      ),
      { numRuns: 1_000 },
    );
    expect(damaged).toBeGreaterThan(100);
  });

  it('go over to another version of the codec', () => {
    const earlier = new RunStats();
    earlier.series({ userClass: 'A', method: 'GET', name: '/' }).finish('ok', 10, 10, 0, 0);
    const later = earlier.clone();
    later.series({ userClass: 'A', method: 'GET', name: '/' }).finish('ok', 30, 30, 0, 0);
    later.task('A', 'list').started++;
    // Version 1 is the same without the tasks at the end, here the one byte that says that there are none.
    const { body } = sealStats(earlier);
    const { kept } = KeptStats.first(new StatsBytes(body.slice(0, -1), 0, [], 1));
    expect(bytesOf(kept.advance(sealStats(later))!.delta)).toBe(bytesOf(later.since(earlier)));
  });
});
