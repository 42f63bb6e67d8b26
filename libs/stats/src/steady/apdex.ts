/**
 * Apdex, the Application Performance Index (Apdex Alliance, technical specification 1.1): (satisfied + tolerating / 2) /
 * all, where satisfied is answered within T, tolerating within 4 T, and whatever failed frustrates.
 */
import type { Histogram } from '../histogram/histogram.js';
import type { Series } from '../run-stats/series.js';

/** T that is used when nobody says otherwise, milliseconds. */
export const defaultApdexMs = 500;

/** @returns 0 to 1; null without requests */
export function apdexOf(series: Iterable<Series>, targetMs = defaultApdexMs): number | null {
  let all = 0;
  let satisfied = 0;
  let tolerating = 0;
  for (const { requests, ok } of series) {
    all += requests;
    const within = atMost(ok.response, targetMs * 1_000);
    satisfied += within;
    tolerating += atMost(ok.response, targetMs * 4_000) - within;
  }
  return all === 0 ? null : (satisfied + tolerating / 2) / all;
}

/** Values at most `limitUs`, within the width of a bucket (0.1 %), in favour of the target. */
function atMost(histogram: Histogram, limitUs: number): number {
  let count = 0;
  histogram.forEachBucket((low, _, own) => {
    if (low <= limitUs) count += own;
  });
  return count;
}
