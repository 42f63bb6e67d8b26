// What the numbers of a second cost on their way to the master: 20 endpoints, two histograms each.
import { SeededRandom } from '@loadstar/shared';
import { decodeSnapshot, encodeSnapshot, RunStats } from '@loadstar/stats';
import { headerOf } from '../../../../libs/stats/src/testing/random-stats.js';
import type { Row } from '../../harness/bench-case.js';
import { type MicroCase, timed } from '../micro-case.js';

function typical(requests: number): RunStats {
  const stats = new RunStats();
  const random = new SeededRandom('codec');
  for (let n = 0; n < requests; n++) {
    const series = stats.series({ userClass: 'Shopper', method: 'GET', name: `/endpoint/${n % 20}` });
    const gauss = Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
    const serviceUs = Math.round(20_000 * Math.exp(0.4 * gauss));
    series.start();
    series.finish('ok', serviceUs, serviceUs + random.int(1, 300), 512, n);
  }
  return stats;
}

function size(requests: number): Row[] {
  const stats = typical(requests);
  const bytes = encodeSnapshot(headerOf(), stats);
  const what = `${requests.toLocaleString('en')} requests`;
  const repeat = (operation: () => unknown) => (count: number) => {
    let last: unknown;
    for (let i = 0; i < count; i++) last = operation();
    return last;
  };
  const total = new RunStats();
  return [
    timed(
      `encode ${what}`,
      repeat(() => encodeSnapshot(headerOf(), stats)),
      `${bytes.length} bytes`,
    ),
    timed(
      `decode ${what}`,
      repeat(() => decodeSnapshot(bytes)),
    ),
    timed(
      `merge ${what}`,
      repeat(() => total.merge(stats)),
    ),
  ];
}

export const micro: MicroCase = {
  name: 'codec',
  order: 40,
  title: 'Snapshot codec',
  run: () => [...size(200), ...size(20_000), ...size(2_000_000)],
};
