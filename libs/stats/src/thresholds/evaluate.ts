/**
 * Judges thresholds on the merged numbers of a whole run. A threshold without data fails: nothing measured is not a
 * pass. Rules about windows or seconds need a `ThresholdMonitor`, which sees the run second by second.
 */
import type { RunStats } from '../run-stats/run-stats.js';
import { limitOf, passedOrNot, withoutBaseline, withoutData } from './judge-value.js';
import { parseThresholds } from './parse.js';
import { Tally } from './tally.js';
import type { BaselineValue, Threshold, ThresholdResult } from './threshold.js';

export const nothingMatched = 'nothing matched the selector';

/**
 * @param thresholds as in a scenario's `options.thresholds`
 * @param elapsedSeconds run time that the numbers cover, for rates per second
 * @param baseline for limits that are relative to a baseline run, see `baselineOf`
 * @throws LoadstarError SCENARIO_INVALID for a threshold that cannot be read
 */
export function evaluateThresholds(
  thresholds: Readonly<Record<string, readonly string[]>>,
  stats: RunStats,
  elapsedSeconds: number,
  baseline?: BaselineValue,
): ThresholdResult[] {
  return parseThresholds(thresholds).map((threshold) => evaluateThreshold(threshold, stats, elapsedSeconds, baseline));
}

export function evaluateThreshold(
  threshold: Threshold,
  stats: RunStats,
  elapsedSeconds: number,
  baseline?: BaselineValue,
): ThresholdResult {
  if (threshold.windows.length > 0 || threshold.share !== undefined || threshold.metric === 'users') {
    return withoutData(threshold, 'the rule is about parts of the run, and only its sum is known');
  }
  return judgeTally(threshold, Tally.of(threshold, stats), elapsedSeconds, baseline);
}

/** Judges a rule about the whole run. */
export function judgeTally(
  threshold: Threshold,
  tally: Tally,
  elapsedSeconds: number,
  baseline: BaselineValue | undefined,
): ThresholdResult {
  const value = tally.measure(threshold, elapsedSeconds);
  if (value === undefined) return withoutData(threshold, nothingMatched);
  const limit = limitOf(threshold, baseline?.(threshold));
  return limit === undefined ? withoutBaseline(threshold, value) : passedOrNot(threshold, value, limit);
}

/** The values of a baseline run, from all its numbers. */
export function baselineOf(stats: RunStats, elapsedSeconds: number): BaselineValue {
  return (threshold) => Tally.of(threshold, stats).measure(threshold, elapsedSeconds);
}
