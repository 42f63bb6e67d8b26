import { SeededRandom } from '@loadstar/shared';
import { RunStats } from '../run-stats/run-stats.js';
import { headerOf } from '../testing/random-stats.js';
import { encodeSnapshot } from './codec.js';

jest.setTimeout(60_000);

/** Response times as of a real server: most near 10 ms, a tail to seconds. Drawn beforehand: drawing costs more than recording. */
function delays(): Float64Array {
  const random = new SeededRandom('delays');
  return Float64Array.from({ length: 1 << 16 }, () => {
    const gaussian = Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
    return Math.round(10_000 * Math.exp(0.8 * gaussian));
  });
}

function record(stats: RunStats, samples: Float64Array, count: number): void {
  const series = stats.series({ userClass: 'Reader', method: 'GET', name: '/users' });
  for (let i = 0; i < count; i++) {
    const us = samples[i & 0xffff] as number;
    series.start();
    series.finish('ok', us, us + (i & 0xff), 100, i / 1_000);
  }
}

describe('a run of ten million requests', () => {
  it('takes no more memory than one of a million, and hardly more bytes on the wire', () => {
    const stats = new RunStats();
    const samples = delays();
    record(stats, samples, 1_000_000);
    const before = process.memoryUsage().arrayBuffers;
    const { length: atOneMillion } = encodeSnapshot(headerOf(), stats);
    record(stats, samples, 9_000_000);
    const { length: atTenMillion } = encodeSnapshot(headerOf(), stats);
    const [series] = [...stats.allSeries()];
    expect(series?.ok.service.count).toBe(10_000_000);
    // Nine million numbers would be 72 MB; the codec's own buffers come and go.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2_000_000);
    // A count ten times as high is at most one octet longer in each bucket.
    expect(atTenMillion).toBeLessThan(1.5 * atOneMillion);
    expect(atTenMillion).toBeLessThan(64_000);
  });
});
