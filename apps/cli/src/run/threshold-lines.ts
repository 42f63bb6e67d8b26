/** How the thresholds of a run stand, as lines for a terminal or a log. */
import { formatMs, formatNumber, formatPercent } from '@loadstar/report';
import { type CapacityStepView, formatRunTime, type ThresholdView } from '@loadstar/shared';
import type { Output } from '../output/output.js';

/** Lines of the live view; what fails comes first. */
const mostLines = 8;
const order: readonly ThresholdView['state'][] = ['failing', 'no data', 'passing'];

/** One line each: state, rule, value, room to the limit, since when. */
export function thresholdLines(
  thresholds: readonly ThresholdView[],
  colour: Output['colour'],
  width: number,
): string[] {
  const sorted = [...thresholds].sort((a, b) => order.indexOf(a.state) - order.indexOf(b.state));
  const marks = { failing: colour.red('✗'), 'no data': colour.yellow('?'), passing: colour.green('✓') };
  const lines = sorted.slice(0, mostLines).map((each) => `${marks[each.state]} ${cut(sayThreshold(each), width - 2)}`);
  const more = sorted.length - lines.length;
  return more > 0 ? [...lines, `… and ${more} more thresholds`] : lines;
}

/** `request_duration p95<500: 312 now, 38 % left, passing for 12s` */
export function sayThreshold(threshold: ThresholdView): string {
  const { selector, expression, state, value, margin, sinceSeconds } = threshold;
  const measured = value === null ? [] : [formatNumber(value)];
  const room =
    margin === null ? [] : [margin >= 0 ? `${formatPercent(margin)} left` : `${formatPercent(-margin)} over`];
  const since = `${state} since ${formatRunTime(Math.floor(sinceSeconds))}`;
  return `${selector} ${expression}: ${[...measured, ...room, since].join(', ')}`;
}

/** What has changed from one look to the next, in words; a first pass is no news. */
export function thresholdChanges(before: readonly ThresholdView[], now: readonly ThresholdView[]): string[] {
  return now.flatMap(({ selector, expression, state, reason }, index) => {
    const was = before[index]?.state ?? 'no data';
    if (state === was || (state === 'passing' && was === 'no data') || state === 'no data') return [];
    return [`threshold ${selector} ${expression} is ${state}${reason === null ? '' : `: ${reason}`}`];
  });
}

/** `step 3: 160/s held (159/s answered, p95 12.1 ms)` */
export function sayStep({ number, rate, passed, achievedRate, p95Ms, reason }: CapacityStepView): string {
  const numbers = `${formatNumber(achievedRate)}/s answered, p95 ${formatMs(p95Ms)}`;
  return `step ${number}: ${formatNumber(rate)}/s ${passed ? `held (${numbers})` : `not held (${numbers}): ${reason ?? ''}`}`;
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}
