// What a console costs the master that joins a run of 24 hours with 20 names: the series and the rows, made into text.
// All of it is done on the loop that also takes in snapshots and judges the leases of workers.
import type { SeriesPoint } from '@loadstar/shared';
import { RunStats, statsRows, TimeSeries } from '@loadstar/stats';
import type { Row } from '../../harness/bench-case.js';
import { type MicroCase, timed } from '../micro-case.js';

const day = 86_400;

function secondOf(second: number): SeriesPoint {
  const wave = 1 + Math.sin(second / 600) / 3;
  const ms = (factor: number) => Math.round(factor * wave * 1_000 + (second % 97)) / 1_000;
  return {
    second,
    requests: Math.round(1_000 * wave),
    failures: second % 7,
    users: 400,
    targetUsers: 400,
    p50Ms: ms(21),
    p95Ms: ms(48),
    p99Ms: ms(97),
    serviceP50Ms: ms(20),
    serviceP95Ms: ms(46),
    serviceP99Ms: ms(92),
    latency: [0, 0, 1, 3, 12, 40, 120, 240, 260, 180, 90, 30, 14, 6, 3, 1].map((count) => Math.round(count * wave)),
  };
}

function rows(): Row[] {
  const series = new TimeSeries();
  series.restore(
    Array.from({ length: day }, (_, second) => secondOf(second)),
    [],
  );
  const stats = new RunStats();
  for (let n = 0; n < 2_000; n++) {
    const name = stats.series({ userClass: 'Shopper', method: 'GET', name: `/endpoint/${n % 20}` });
    name.start();
    name.finish('ok', 20_000 + n, 20_000 + n, 512, n);
  }
  const join = (points: () => SeriesPoint[]) => (): string =>
    JSON.stringify({ stats: statsRows(stats, series), series: points() });
  const row = (what: string, text: () => string): Row => {
    const repeat = (count: number): string => {
      let last = '';
      for (let i = 0; i < count; i++) last = text();
      return last;
    };
    return timed(what, repeat, `${text().length} bytes`);
  };
  return [
    row(
      'every second of 24 hours',
      join(() => series.points()),
    ),
    row(
      'the overview, as a joining console gets it',
      join(() => series.overview()),
    ),
    row(
      'four hours of it, zoomed in: a point for 15 seconds',
      join(() => series.points(8 * 3_600, { endSecond: 12 * 3_600, step: 15 })),
    ),
  ];
}

export const micro: MicroCase = { name: 'live-join', order: 50, title: 'A console joins', run: rows };
