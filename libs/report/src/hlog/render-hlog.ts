/**
 * An HdrHistogram log (format 1.3), for HdrHistogram's own tools: a line per time slice and name, tagged with the name;
 * times in microseconds. Without slices a line per name for the whole run.
 */
import { maxValueUs, type RunStats, type RunSummary, type SlicedRun } from '@loadstar/stats';
import type { RunDetails } from '../stored/stored-run.js';
import { encodeHdr } from './hdr-encoding.js';

export function renderHlog({ meta }: RunSummary, { slices, stats }: RunDetails): string {
  const startSeconds = (Date.parse(meta.startedAt) / 1_000).toFixed(3);
  const lines = [
    '#[Histogram log format version 1.3]',
    `#[Loadstar ${meta.loadstarVersion}, run ${oneLine(meta.runId)}, times in microseconds, response time]`,
    `#[StartTime: ${startSeconds} (seconds since epoch), ${meta.startedAt}]`,
    `#[BaseTime: ${startSeconds} (seconds since epoch)]`,
    '"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"',
    ...(slices ? sliceLines(slices) : stats ? nameLines(stats, meta.elapsedSeconds) : []),
  ];
  return `${lines.join('\n')}\n`;
}

function sliceLines({ names, widthMs, fromMs, endMs }: SlicedRun): string[] {
  const slices = names[0]?.cells.length ?? 0;
  return Array.from({ length: slices }, (_, slice) => {
    const start = fromMs + slice * widthMs;
    const length = Math.max(1, Math.min(widthMs, endMs - start));
    return names.flatMap(({ method, name, cells }) => {
      const cell = cells[slice];
      if (cell === undefined || cell.buckets.length === 0) return [];
      const buckets = [...cell.buckets].map((bucket, index) => [bucket, cell.counts[index] ?? 0] as const);
      const encoded = encodeHdr({ digits: 2, buckets, highestUs: maxValueUs });
      const maxMs = upperUs(buckets.at(-1)?.[0] ?? 0) / 1_000;
      return [line(method, name, start / 1_000, length / 1_000, maxMs, encoded)];
    });
  }).flat();
}

function nameLines(stats: RunStats, seconds: number): string[] {
  return [...stats.allSeries()].flatMap(({ key, ok, failed }) => {
    const times = ok.response.clone().merge(failed.response);
    if (times.count === 0) return [];
    const buckets: [number, number][] = [];
    times.forEachIndex((bucket, count) => buckets.push([bucket, count]));
    const encoded = encodeHdr({ digits: 3, buckets, highestUs: maxValueUs });
    return [line(key.method, key.name, 0, seconds, times.maxUs / 1_000, encoded)];
  });
}

/** The greatest time is in milliseconds: readers scale nanoseconds by default, and one unit has to be chosen. */
function line(method: string, name: string, start: number, length: number, maxMs: number, encoded: string): string {
  return `Tag=${tag(`${method} ${name}`)},${start.toFixed(3)},${length.toFixed(3)},${maxMs.toFixed(3)},${encoded}`;
}

/** Tags end at a comma or a space. */
function tag(text: string): string {
  return oneLine(text).replace(/[\s,]+/g, '_');
}

function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\]]/gu, ' ').trim();
}

/** Last value of a bucket of the slices' layout, microseconds. */
function upperUs(bucket: number): number {
  if (bucket < 256) return bucket;
  const shift = (bucket >>> 7) - 1;
  return (bucket - (shift << 7) + 1) * 2 ** shift - 1;
}
