/**
 * The universal scalability law (N. J. Gunther, "Guerrilla Capacity Planning", 2007): at N requests at a time the
 * throughput is X(N) = l N / (1 + s (N - 1) + k N (N - 1)), where l is what one alone gets, s what they contend for and k
 * what they cost each other. With k above 0 throughput has a peak, at N = sqrt((1 - s) / k): the knee.
 */
import { SeededRandom } from '@loadstar/shared';

export interface UslPoint {
  /** Requests in the target at a time. */
  readonly concurrency: number;
  /** Per second. */
  readonly rate: number;
}

export interface UslFit {
  readonly lambda: number;
  readonly sigma: number;
  readonly kappa: number;
  /** Requests at a time at which throughput peaks; null when it never falls again. */
  readonly kneeConcurrency: number | null;
  /** Greatest throughput, per second: at the knee, or what contention lets it approach; null when nothing bounds it. */
  readonly peakRate: number | null;
  /** 95 % interval of the peak, by bootstrap of the points. */
  readonly peakLow: number | null;
  readonly peakHigh: number | null;
}

const pointsNeeded = 4;
/**
 * A fit whose peak lies below this share of what was answered is contradicted by it: the target does not follow the law,
 * as one that refuses what is too much for it.
 */
const peakLeast = 0.9;
const replicates = 400;

/**
 * @returns undefined with fewer than four different points, when there was never one request at a time on average, about
 * which the law says nothing, and when the points do not follow the law
 */
export function fitUsl(points: readonly UslPoint[]): UslFit | undefined {
  const usable = points.filter(
    ({ concurrency, rate }) => concurrency > 0 && rate > 0 && Number.isFinite(concurrency + rate),
  );
  if (!usable.some(({ concurrency }) => concurrency >= 1)) return undefined;
  const fitted = fit(usable);
  if (fitted === undefined) return undefined;
  const most = Math.max(...usable.map(({ rate }) => rate));
  if (fitted.peakRate !== null && fitted.peakRate < peakLeast * most) return undefined;
  const random = new SeededRandom('usl');
  const peaks: number[] = [];
  for (let replicate = 0; replicate < replicates; replicate++) {
    const peak = fit(usable.map(() => random.pick(usable)))?.peakRate;
    if (peak !== undefined && peak !== null) peaks.push(peak);
  }
  peaks.sort((a, b) => a - b);
  const enough = fitted.peakRate !== null && peaks.length >= replicates / 4;
  const at = (p: number): number | null => (enough ? (peaks[Math.round(p * (peaks.length - 1))] ?? null) : null);
  return { ...fitted, peakLow: at(0.025), peakHigh: at(0.975) };
}

/**
 * N / X is linear in 1, N - 1 and N (N - 1), so that least squares do, weighted because the error of X is about in
 * proportion to it. None of the three parts can be below 0; of the fits that keep to that the best one is taken.
 */
function fit(points: readonly UslPoint[]): Omit<UslFit, 'peakLow' | 'peakHigh'> | undefined {
  if (new Set(points.map(({ concurrency }) => concurrency)).size < pointsNeeded) return undefined;
  const rows = points.map(({ concurrency: n, rate }) => ({
    x: [1, n - 1, n * (n - 1)],
    y: n / rate,
    weight: (rate / n) ** 2,
  }));
  let best: { parts: number[]; error: number } | undefined;
  for (const kept of [[0, 1, 2], [0, 1], [0, 2], [0]]) {
    const parts = leastSquares(rows, kept);
    if (parts === undefined || parts.some((part) => part < 0) || !((parts[0] ?? 0) > 0)) continue;
    const error = rows.reduce(
      (sum, { x, y, weight }) =>
        sum + weight * (y - x.reduce((at, value, index) => at + value * (parts[index] ?? 0), 0)) ** 2,
      0,
    );
    if (best === undefined || error < best.error) best = { parts, error };
  }
  if (best === undefined) return undefined;
  const [a = 0, b = 0, c = 0] = best.parts;
  const [lambda, sigma, kappa] = [1 / a, b / a, c / a];
  const knee = kappa > 1e-12 && sigma < 1 ? Math.max(1, Math.sqrt((1 - sigma) / kappa)) : null;
  const atKnee = knee === null ? null : (lambda * knee) / (1 + sigma * (knee - 1) + kappa * knee * (knee - 1));
  return { lambda, sigma, kappa, kneeConcurrency: knee, peakRate: atKnee ?? (sigma > 1e-12 ? lambda / sigma : null) };
}

interface Row {
  readonly x: readonly number[];
  readonly y: number;
  readonly weight: number;
}

/** Weighted least squares on some of the columns, by the normal equations; the others are 0. */
function leastSquares(rows: readonly Row[], kept: readonly number[]): number[] | undefined {
  const matrix = kept.map((row) => [
    ...kept.map((column) => sumOver(rows, ({ x, weight }) => weight * (x[row] ?? 0) * (x[column] ?? 0))),
    sumOver(rows, ({ x, y, weight }) => weight * (x[row] ?? 0) * y),
  ]);
  for (let pivot = 0; pivot < kept.length; pivot++) {
    const own = matrix[pivot] as number[];
    if (Math.abs(own[pivot] ?? 0) < 1e-12) return undefined;
    for (let row = 0; row < kept.length; row++) {
      if (row === pivot) continue;
      const other = matrix[row] as number[];
      const factor = (other[pivot] ?? 0) / (own[pivot] ?? 1);
      for (let column = pivot; column <= kept.length; column++)
        other[column] = (other[column] ?? 0) - factor * (own[column] ?? 0);
    }
  }
  const parts = [0, 0, 0];
  kept.forEach((column, index) => {
    const row = matrix[index] as number[];
    parts[column] = (row[kept.length] ?? 0) / (row[index] ?? 1);
  });
  return parts;
}

function sumOver(rows: readonly Row[], of: (row: Row) => number): number {
  return rows.reduce((sum, row) => sum + of(row), 0);
}
