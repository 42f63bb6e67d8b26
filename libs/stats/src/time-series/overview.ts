/**
 * How a run of any length is told in a bounded number of points: the newest seconds one by one, because that is what
 * people watch and what still grows, and those before them several together.
 */

/** Newest seconds that stay one by one: the longest stretch that the console follows. */
export const exactSeconds = 900;
/** Most points for all the seconds before them, but for one that the beginning may cut. */
export const olderPoints = 1_000;

/** Lengths that read well on a clock and divide each other where they can, so that points seldom move. */
const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900];

/** Seconds that a point of so many older seconds stands for. */
export function overviewStep(seconds: number): number {
  return steps.find((step) => seconds <= step * olderPoints) ?? Math.ceil(seconds / olderPoints);
}
