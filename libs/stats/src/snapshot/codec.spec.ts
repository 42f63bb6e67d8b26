import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { LoadstarError, SeededRandom } from '@loadstar/shared';
import { RunStats } from '../run-stats/run-stats.js';
import { headerOf, randomStats } from '../testing/random-stats.js';
import { bodyLimitBytes, decodeSnapshot, encodeSnapshot } from './codec.js';

const seeds = fc.integer({ min: 0, max: 1e9 });

/** Twenty endpoints at `perSecond`, log-normal times around 20 ms: the case of the size budget. */
function typicalStats(perSecond: number): RunStats {
  const stats = new RunStats();
  const random = new SeededRandom(1);
  for (let n = 0; n < perSecond; n++) {
    const series = stats.series({ userClass: 'Shopper', method: 'GET', name: `/endpoint/${n % 20}` });
    const gauss = Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
    const serviceUs = Math.round(20_000 * Math.exp(0.4 * gauss));
    series.start();
    series.finish('ok', serviceUs, serviceUs + random.int(1, 300), 512, n);
  }
  return stats;
}

function codeOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof LoadstarError) return error.code;
    throw error;
  }
  return 'none';
}

describe('snapshot codec', () => {
  it('gives back what was encoded', () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 0, max: 80 }), (seed, steps) => {
        const stats = randomStats(seed, steps);
        const header = headerOf({
          seq: seed,
          reason: steps % 2 === 0 ? undefined : 'über 9000',
          final: steps % 3 === 0,
        });
        const bytes = encodeSnapshot(header, stats);
        const decoded = decodeSnapshot(bytes);
        expect(decoded.header).toEqual(header);
        expect(decoded.stats.covers(stats) && stats.covers(decoded.stats)).toBe(true);
        expect(encodeSnapshot(decoded.header, decoded.stats)).toEqual(bytes);
      }),
    );
  });

  it('gives equal bytes for equal numbers, whatever the order of merges', () => {
    fc.assert(
      fc.property(fc.uniqueArray(seeds, { minLength: 2, maxLength: 4 }), (all) => {
        const merge = (order: readonly number[]): Uint8Array => {
          const merged = new RunStats();
          for (const seed of order) merged.merge(randomStats(seed));
          return encodeSnapshot(headerOf(), merged);
        };
        expect(merge([...all].reverse())).toEqual(merge(all));
      }),
      { numRuns: 30 },
    );
  });

  it('is bytes that only a conscious change of the format changes (then raise codecVersion)', () => {
    const stats = new RunStats();
    const series = stats.series({ userClass: 'Shopper', method: 'GET', name: '/users' });
    for (const us of [900, 2_500, 2_501, 70_000]) {
      series.start();
      series.finish('ok', us, us, 100, 1_500);
    }
    series.start();
    series.finish('status', 4_000, 5_000, 10, 1_600);
    stats.error('GET', '/users', 'HTTP 500', 1_700_000_000_000);
    stats.exception('boom', 'Error: boom', 1_700_000_000_001);
    stats.check('has a name', true);
    stats.iterations.started = 300;
    stats.connect.record(2 ** 33);
    const bytes = encodeSnapshot(headerOf({ final: true, reason: 'done' }), stats);
    expect(Buffer.from(bytes).toString('hex')).toBe(golden);
  });

  it('reads what version 1 wrote, in which no tasks were counted', () => {
    const older = Buffer.from(golden.replace(/^4c5302/, '4c5301').slice(0, -2), 'hex');
    const now = decodeSnapshot(Buffer.from(golden, 'hex'));
    expect(encodeSnapshot(now.header, decodeSnapshot(older).stats)).toEqual(encodeSnapshot(now.header, now.stats));
    expect(codeOf(() => decodeSnapshot(Buffer.from(golden.replace(/^4c5302/, '4c5303'), 'hex')))).toBe(
      'MALFORMED_MESSAGE',
    );
  });

  it.each([
    [200, 1_400],
    [1_000, 4_096],
  ])('keeps a second of %p requests over 20 endpoints, both times, below %p bytes', (perSecond, bytes) => {
    expect(encodeSnapshot(headerOf(), typicalStats(perSecond)).length).toBeLessThan(bytes);
  });

  it('keeps hours of 50 series with wide spread below the size of a control message', () => {
    const stats = new RunStats();
    const random = new SeededRandom(3);
    for (let n = 0; n < 500_000; n++) {
      const us = Math.round(2_000 * Math.exp(random.between(0, 3)));
      stats.series({ userClass: 'A', method: 'GET', name: `/e/${n % 50}` }).finish('ok', us, us, 1, n);
    }
    expect(encodeSnapshot(headerOf(), stats).length).toBeLessThan(256 * 1024);
  });

  it('refuses every cut of a snapshot', () => {
    for (const stats of [randomStats(1, 3), randomStats(2, 60)]) {
      const bytes = encodeSnapshot(headerOf(), stats);
      for (let length = 0; length < bytes.length; length++) {
        expect(codeOf(() => decodeSnapshot(bytes.subarray(0, length)))).toBe('MALFORMED_MESSAGE');
      }
    }
  });

  it('refuses random bytes, with and without a right frame', () => {
    const anyBytes = fc.uint8Array({ maxLength: 400 });
    fc.assert(
      fc.property(anyBytes, fc.constantFrom(0, 1), (body, flags) => {
        expect(codeOf(() => decodeSnapshot(body))).toBe('MALFORMED_MESSAGE');
        expect(codeOf(() => decodeSnapshot(Uint8Array.of(0x4c, 0x53, 1, flags, ...body)))).toBe('MALFORMED_MESSAGE');
      }),
      { numRuns: 2_000 },
    );
  });

  it('either refuses a mutated snapshot or reads one that it can write again', () => {
    // The plain body, so that mutations reach the format and do not end in the inflater.
    const plain = encodeSnapshot(headerOf(), randomStats(5, 4));
    expect(plain[3]).toBe(0);
    const mutation = fc.tuple(fc.integer({ min: 0, max: plain.length - 1 }), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 4 }), (mutations) => {
        const bytes = plain.slice();
        for (const [position, value] of mutations) bytes[position] = value;
        const outcome = codeOf(() => {
          const { header, stats } = decodeSnapshot(bytes);
          decodeSnapshot(encodeSnapshot(header, stats));
        });
        expect(['none', 'MALFORMED_MESSAGE']).toContain(outcome);
      }),
      { numRuns: 5_000 },
    );
  });

  it('refuses a deflate bomb without inflating it whole', () => {
    const bomb = deflateRawSync(new Uint8Array(bodyLimitBytes * 4));
    expect(codeOf(() => decodeSnapshot(Uint8Array.of(0x4c, 0x53, 1, 1, ...bomb)))).toBe('MALFORMED_MESSAGE');
  });

  it('refuses a snapshot that asks for more memory than any honest one', () => {
    // One value a page in every histogram: two bytes each that would cost 2 KiB.
    const stats = new RunStats();
    for (let n = 0; n < 700; n++) {
      const series = stats.series({ userClass: 'A', method: 'GET', name: `/${n}` });
      for (let us = 1; us < 2 ** 36; us = Math.ceil(us * 1.2) + 1) series.finish('ok', us, us, 0, 0);
    }
    expect(codeOf(() => decodeSnapshot(encodeSnapshot(headerOf(), stats)))).toBe('MALFORMED_MESSAGE');
  });

  it('writes what is not a number as 0, so that a broken gauge does not cost the snapshot', () => {
    const header = headerOf({ users: -1, spawnRate: Number.NaN });
    header.health.cpuPercent = Number.POSITIVE_INFINITY;
    const decoded = decodeSnapshot(encodeSnapshot(header, new RunStats())).header;
    expect([decoded.users, decoded.spawnRate, decoded.health.cpuPercent]).toEqual([0, 0, 0]);
  });
});

const golden =
  '4c530200000572756e2d310008776f726b65722d310005696e632d31010000000000408f40000000000000000002030004646f6e650a14' +
  '000000000000144002000753686f7070657207000541646d696e0300000000000029408095f52a000000000000f43f9a9999999999c93f' +
  '9a9999999999b93f000000000000e03f02ac0200000000000000018080808020808080802000808003000105000347455400062f757365' +
  '72730504010000000000009a030000000000000099400003fdd0048407ec9b04880ebb1502c44d0101a01fa01f00a02f018827882700c4' +
  '33010708000848545450203530300100008056febc784200008056febc7842010004626f6f6d000b4572726f723a20626f6f6d01001080' +
  '56febc784200108056febc784201000a6861732061206e616d65010000';
