/** What an engine process of a comparison has done, read from the snapshots that it left. */
import { decodeSnapshot, type EngineHealth, Histogram, outcomes, type RunStats } from '@loadstar/stats';
import type { EngineRecord } from '../engine/run-engine.js';

export interface EngineResult {
  /** Requests that succeeded. */
  readonly answers: number;
  /** The others, by outcome. */
  readonly failures: Readonly<Record<string, number>>;
  readonly started: number;
  readonly dropped: number;
  /** Milliseconds at `percentiles`, from the end of the warm-up on. */
  readonly serviceMs: readonly number[];
  readonly responseMs: readonly number[];
  readonly lagMs: readonly number[];
  readonly lagMaxMs: number;
  readonly measured: number;
  readonly openedConnections: number;
  /** Before the load, and largest and median of the last third of it. */
  readonly rssBeforeBytes: number;
  readonly rssMaxBytes: number;
  readonly rssBytes: number;
  /** Of all but the first and last second; medians. */
  readonly health: Pick<EngineHealth, 'errorBoundMs' | 'loopUtilisation' | 'cpuPercent'>;
}

export const percentiles = [50, 90, 95, 99, 99.9] as const;

/** @param warmUpSeconds run time that percentiles leave out */
export function resultOf(record: EngineRecord, warmUpSeconds: number | undefined): EngineResult {
  const decoded = record.snapshots.map((text) => decodeSnapshot(Buffer.from(text, 'base64')));
  const total = decoded.at(-1)?.stats;
  if (!total) throw new Error('there is no final snapshot');
  const earlier = warmUpSeconds === undefined ? undefined : decoded[warmUpSeconds - 1]?.stats;
  const failures: Record<string, number> = {};
  let answers = 0;
  for (const series of total.allSeries()) {
    series.counts.forEach((count, index) => {
      const outcome = outcomes[index] ?? 'unknown';
      if (outcome === 'ok') answers += count;
      else if (count > 0) failures[outcome] = (failures[outcome] ?? 0) + count;
    });
  }
  const since = (pick: (stats: RunStats) => Histogram): Histogram =>
    earlier ? pick(total).subtract(pick(earlier)) : pick(total);
  const service = since((stats) => merged(stats, 'service'));
  const lag = since((stats) => stats.lag);
  const inside = decoded.slice(1, -1).map(({ header }) => header.health);
  return {
    answers,
    failures,
    started: total.iterations.started,
    dropped: total.droppedArrivals,
    serviceMs: at(service),
    responseMs: at(since((stats) => merged(stats, 'response'))),
    lagMs: at(lag),
    lagMaxMs: total.lag.maxUs / 1000,
    measured: service.count,
    openedConnections: total.connections.opened,
    rssBeforeBytes: record.rssBeforeBytes,
    rssMaxBytes: Math.max(...record.rssBytes),
    rssBytes: middle(record.rssBytes.slice(-Math.ceil(record.rssBytes.length / 3))),
    health: {
      errorBoundMs: middle(inside.map(({ errorBoundMs }) => errorBoundMs)),
      loopUtilisation: middle(inside.map(({ loopUtilisation }) => loopUtilisation)),
      cpuPercent: middle(inside.map(({ cpuPercent }) => cpuPercent)),
    },
  };
}

/** Of the requests that succeeded, over all names. */
function merged(stats: RunStats, time: 'service' | 'response'): Histogram {
  const sum = new Histogram();
  for (const series of stats.allSeries()) sum.merge(series.ok[time]);
  return sum;
}

const at = (histogram: Histogram): number[] => percentiles.map((p) => histogram.percentile(p) / 1000);

const middle = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
