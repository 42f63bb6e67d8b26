/** Judges a run that has ended. Honest before kind: whatever makes the numbers less than complete is said in words. */
import { type LoadPlan, plannedArrivals, type Verdict } from '@loadstar/shared';
import { evaluateThresholds, exhaustion, judgeRun } from '@loadstar/stats';
import { laggingMs } from '../ingest/generator-watch.js';
import type { RunNumbers } from '../ingest/run-numbers.js';

export interface VerdictInput {
  readonly numbers: RunNumbers;
  readonly thresholds: Readonly<Record<string, readonly string[]>>;
  readonly elapsedSeconds: number;
  /** What went wrong with workers or hooks while the run was going, in words. */
  readonly incidents: readonly string[];
  /** Whether the run ended because nobody was left to generate load. */
  readonly nobodyLeft: boolean;
  readonly load: LoadPlan;
}

/** A generator is called strained from this share of its seconds on, and not before this many. */
const strainedShare = 0.2;
const strainedSeconds = 5;

export function judge({ numbers, thresholds, elapsedSeconds, incidents, nobodyLeft, load }: VerdictInput): {
  verdict: Verdict;
  verdictReasons: string[];
} {
  const { stats } = numbers;
  const failed = evaluateThresholds(thresholds, stats, elapsedSeconds)
    .filter(({ passed }) => !passed)
    .map(({ selector, expression, reason }) => `threshold ${selector} ${expression} failed: ${reason ?? ''}`);
  const strained = strainedGenerators(numbers);
  const idle = madeNoRequest(numbers);
  const arrivals = missedArrivals(load, numbers, elapsedSeconds);
  const reasons = [...failed, ...incidents, ...exhaustion(stats), ...strained, ...arrivals.reasons, ...idle];
  // A target that fails under less than the planned load fails under all of it; one that passes has not passed.
  const invalid = nobodyLeft || idle.length > 0 || (arrivals.verdict === 'invalid' && failed.length === 0);
  return { verdict: verdictOf(failed.length, reasons.length, invalid), verdictReasons: reasons };
}

function verdictOf(failed: number, reasons: number, invalid: boolean): Verdict {
  if (invalid) return 'invalid';
  if (failed > 0) return 'failed';
  return reasons > 0 ? 'degraded' : 'passed';
}

function strainedGenerators(numbers: RunNumbers): string[] {
  return numbers.ledger.headers().flatMap(({ worker, incarnation }) => {
    const { snapshots, lagging } = numbers.strain(incarnation);
    if (lagging < strainedSeconds || lagging < strainedShare * snapshots) return [];
    return [
      `worker ${worker} was overloaded: its event loop was late by more than ${laggingMs} ms in ${lagging} of ${snapshots} seconds`,
    ];
  });
}

/** What arrivals of an open load that nobody was free for are worth; passed when there are none. */
function missedArrivals(
  load: LoadPlan,
  { stats, ledger }: RunNumbers,
  elapsedSeconds: number,
): { verdict: Verdict; reasons: readonly string[] } {
  if (load.kind !== 'scenarios') return { verdict: 'passed', reasons: [] };
  const fromSecond = ledger.countedFromMs / 1000;
  const before = plannedArrivals(load.scenarios, fromSecond);
  const planned = plannedArrivals(load.scenarios, fromSecond + elapsedSeconds) - before;
  const arrivals = { planned, dropped: stats.droppedArrivals };
  return judgeRun({ thresholds: [], requests: 1, arrivals });
}

/** A run whose users only threw has measured nothing. */
function madeNoRequest({ stats }: RunNumbers): string[] {
  for (const series of stats.allSeries()) if (series.requests > 0) return [];
  for (const { message } of stats.exceptions) return [`no request was made, and users threw: ${message}`];
  return [];
}
