/**
 * Moving-block bootstrap on time slices (Kunsch 1989): runs that might have been are put together from stretches of the
 * run that was, long enough to keep the resemblance of neighbouring seconds. All names are drawn together, so that what
 * happened to them at the same time stays together.
 */
import type { SeededRandom } from '@loadstar/shared';
import { dependenceOf } from '../inference/dependence.js';
import type { Cell } from '../slices/cell.js';
import { Distribution } from '../slices/distribution.js';

export const resampled = ['p50', 'p95', 'p99', 'mean'] as const;
export type Resampled = (typeof resampled)[number];

/** Logarithms of each statistic, one a replicate. */
export type Replicates = Record<Resampled, Float64Array>;

/**
 * @param rows cells of every name, all of the same number of slices
 * @param block slices of a stretch
 * @param random with equal states the same slices are drawn, for runs that belong together slice by slice
 */
export function bootstrap(
  rows: readonly (readonly Cell[])[],
  block: number,
  replicates: number,
  random: SeededRandom,
): Replicates[] {
  const slices = rows[0]?.length ?? 0;
  const results = rows.map(
    () => Object.fromEntries(resampled.map((name) => [name, new Float64Array(replicates)])) as Replicates,
  );
  const drawn = new Distribution();
  const indexes = new Uint16Array(slices);
  for (let replicate = 0; replicate < replicates; replicate++) {
    for (let filled = 0; filled < slices;) {
      const first = random.int(0, slices - block);
      for (let step = 0; step < block && filled < slices; step++) indexes[filled++] = first + step;
    }
    rows.forEach((cells, row) => {
      drawn.clear();
      for (const index of indexes) drawn.add(cells[index] as Cell);
      const result = results[row] as Replicates;
      for (const name of resampled) result[name][replicate] = Math.log(Math.max(1e-3, statisticOf(drawn, name)));
    });
  }
  return results;
}

/** Microseconds. */
export function statisticOf(distribution: Distribution, name: Resampled): number {
  switch (name) {
    case 'p50':
      return distribution.quantile(0.5);
    case 'p95':
      return distribution.quantile(0.95);
    case 'p99':
      return distribution.quantile(0.99);
    case 'mean':
      return distribution.meanUs;
  }
}

/**
 * Best length for the variance of a mean of an AR(1) series: (sqrt(6) r / (1 - r^2))^(2/3) n^(1/3) (Hall, Horowitz and
 * Jing 1995), from the means of the slices; at least 3, because counting noise hides dependence.
 */
export function blockLength(rows: readonly (readonly Cell[])[]): number {
  const slices = rows[0]?.length ?? 0;
  const means = Array.from({ length: slices }, (_, index) => {
    const all = Distribution.of(rows.map((cells) => cells[index] as Cell));
    return all.count === 0 ? 0 : Math.log(Math.max(1, all.meanUs));
  });
  const { correlation: r } = dependenceOf(means);
  const best = ((Math.sqrt(6) * r) / (1 - r * r)) ** (2 / 3) * slices ** (1 / 3);
  return Math.max(1, Math.min(Math.floor(slices / 5), Math.max(3, Math.round(best))));
}
