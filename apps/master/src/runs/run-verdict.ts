/** Judges a run that has ended. Honest before kind: whatever makes the numbers less than complete is said in words. */
import type { Verdict } from '@loadstar/shared';
import { evaluateThresholds } from '@loadstar/stats';
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
}

/** A generator is called strained from this share of its seconds on, and not before this many. */
const strainedShare = 0.2;
const strainedSeconds = 5;

export function judge({ numbers, thresholds, elapsedSeconds, incidents, nobodyLeft }: VerdictInput): {
  verdict: Verdict;
  verdictReasons: string[];
} {
  const { stats } = numbers;
  const failed = evaluateThresholds(thresholds, stats, elapsedSeconds)
    .filter(({ passed }) => !passed)
    .map(({ selector, expression, reason }) => `threshold ${selector} ${expression} failed: ${reason ?? ''}`);
  const strained = strainedGenerators(numbers);
  const idle = madeNoRequest(numbers);
  const reasons = [...failed, ...incidents, ...strained, ...idle];
  return { verdict: verdictOf(failed.length, reasons.length, nobodyLeft || idle.length > 0), verdictReasons: reasons };
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

/** A run whose users only threw has measured nothing. */
function madeNoRequest({ stats }: RunNumbers): string[] {
  for (const series of stats.allSeries()) if (series.requests > 0) return [];
  for (const { message } of stats.exceptions) return [`no request was made, and users threw: ${message}`];
  return [];
}
