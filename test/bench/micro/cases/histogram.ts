// What a recorded time costs, and that a hundred million of them take no more memory or wire than a million.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { SeededRandom } from '@loadstar/shared';
import { encodeSnapshot, Histogram, RunStats } from '@loadstar/stats';
import { headerOf } from '../../../../libs/stats/src/testing/random-stats.js';
import type { Row } from '../../harness/bench-case.js';
import { type MicroCase, timed } from '../micro-case.js';

const random = new SeededRandom('histogram');
/** Log-normal about 20 ms, as service times are; a power of two, so that they can be gone round by a mask. */
const timesUs = Uint32Array.from({ length: 2 ** 20 }, () => {
  const gauss = Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
  return Math.round(20_000 * Math.exp(0.6 * gauss));
});

function filled(count: number): Histogram {
  const histogram = new Histogram();
  record(histogram, count);
  return histogram;
}

function record(histogram: Histogram, count: number): void {
  for (let i = 0; i < count; i++) histogram.record(timesUs[i & (timesUs.length - 1)] as number);
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/**
 * Memory of the process that belongs to live buffers: where histograms keep their counts. Dead buffers are given back in
 * the background after a collection, so one reading may still have those of earlier cases in it.
 */
function bufferBytes(): number {
  for (let known = Infinity; ;) {
    collect();
    const bytes = process.memoryUsage().arrayBuffers;
    if (bytes >= known) return bytes;
    known = bytes;
  }
}

function flat(): Row[] {
  const stats = new RunStats();
  const series = stats.series({ userClass: 'User', method: 'GET', name: '/' });
  const beforeBytes = bufferBytes();
  const sizes: { readonly records: number; readonly wire: number; readonly memory: number; readonly ns: number }[] = [];
  let done = 0;
  for (const records of [1e6, 1e7, 1e8]) {
    const startMs = performance.now();
    for (; done < records; done++) {
      const us = timesUs[done & (timesUs.length - 1)] as number;
      series.start();
      series.finish('ok', us, us, 100, done);
    }
    const ns = (performance.now() - startMs) * 1e6;
    sizes.push({ records, wire: encodeSnapshot(headerOf(), stats).length, memory: bufferBytes() - beforeBytes, ns });
  }
  const [first, , last] = sizes as [(typeof sizes)[0], unknown, (typeof sizes)[0]];
  const words = (pick: (size: (typeof sizes)[0]) => number): string => sizes.map((size) => pick(size)).join(', ');
  return [
    {
      what: 'a request counted, both times and bytes',
      value: last.ns / 9e7,
      unit: 'ns',
      digits: 1,
      note: 'over the last 90 million',
    },
    {
      what: 'memory after 10^8 records, to that after 10^6',
      value: last.memory / first.memory,
      unit: 'x',
      digits: 3,
      aim: { atMost: 1.05 },
      note: `${words(({ memory }) => memory)} bytes after 10^6, 10^7, 10^8`,
    },
    {
      what: 'snapshot after 10^8 records, to that after 10^6',
      value: last.wire / first.wire,
      unit: 'x',
      digits: 3,
      aim: { atMost: 2 },
      note: `${words(({ wire }) => wire)} bytes; the same buckets, whose counts have more digits`,
    },
  ];
}

export const micro: MicroCase = {
  name: 'histogram',
  order: 20,
  title: 'Histogram',
  run: () => {
    const histogram = new Histogram();
    const other = filled(100_000);
    return [
      timed('record', (count) => record(histogram, count)),
      timed('merge of two full ones', (count) => {
        for (let i = 0; i < count; i++) histogram.merge(other);
      }),
      timed('percentile', (count) => {
        let sum = 0;
        for (let i = 0; i < count; i++) sum += other.percentile(99);
        return sum;
      }),
      ...flat(),
    ];
  },
};
