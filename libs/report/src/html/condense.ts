/** Fewer points for long runs: a chart has some hundred pixels, and a report must stay small. */
import type { SeriesPoint } from '@loadstar/stats';

export interface ChartPoint {
  /** Second that the point begins at. */
  second: number;
  requestsPerSecond: number;
  failuresPerSecond: number;
  users: number;
  targetUsers: number;
  p50Ms: number | null;
  p95Ms: number | null;
  p99Ms: number | null;
}

/**
 * Points of `step` seconds each: rates are means, users and percentiles those of the worst second, so that no peak is
 * averaged away. Seconds after `elapsedSeconds`, which did not last a whole one, are left out.
 */
export function condense(
  points: readonly SeriesPoint[],
  elapsedSeconds: number,
  most = 600,
): { points: ChartPoint[]; step: number } {
  const wholeSeconds = points.filter(({ second }) => second + 1 <= elapsedSeconds + 0.05);
  const source = wholeSeconds.length > 1 ? wholeSeconds : points;
  const step = Math.max(1, Math.ceil(source.length / most));
  const condensed: ChartPoint[] = [];
  for (let from = 0; from < source.length; from += step) condensed.push(join(source.slice(from, from + step)));
  return { points: condensed, step };
}

function join(points: readonly SeriesPoint[]): ChartPoint {
  const mean = (of: (point: SeriesPoint) => number): number =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const most = (of: (point: SeriesPoint) => number | null): number | null =>
    points.reduce<number | null>((greatest, point) => {
      const value = of(point);
      return value === null ? greatest : Math.max(greatest ?? 0, value);
    }, null);
  return {
    second: points[0]?.second ?? 0,
    requestsPerSecond: mean(({ requests }) => requests),
    failuresPerSecond: mean(({ failures }) => failures),
    users: most(({ users }) => users) ?? 0,
    targetUsers: most(({ targetUsers }) => targetUsers) ?? 0,
    p50Ms: most(({ p50Ms }) => p50Ms),
    p95Ms: most(({ p95Ms }) => p95Ms),
    p99Ms: most(({ p99Ms }) => p99Ms),
  };
}
