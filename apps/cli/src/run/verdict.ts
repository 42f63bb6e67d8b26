import { ExitCode, type Verdict } from '@loadstar/shared';
import type { ThresholdResult } from '@loadstar/stats';

/** What a run is worth, in a word, in sentences, and as an exit code. */
export interface Judgement {
  readonly verdict: Verdict;
  readonly reasons: readonly string[];
  readonly exitCode: number;
}

export interface RunFacts {
  readonly thresholds: readonly ThresholdResult[];
  /** Requests counted. */
  readonly requests: number;
  readonly enginesLost: number;
  readonly stoppedBySignal: boolean;
}

/** A failed threshold outweighs a degraded run, and both outweigh the signal that ended it. */
export function judge({ thresholds, requests, enginesLost, stoppedBySignal }: RunFacts): Judgement {
  const failed = thresholds.filter(({ passed }) => !passed);
  if (failed.length > 0) {
    return {
      verdict: 'failed',
      reasons: failed.map(({ selector, expression, reason }) => `${selector} ${expression}: ${reason ?? 'failed'}`),
      exitCode: ExitCode.thresholdFailed,
    };
  }
  const signalled = stoppedBySignal ? ExitCode.stoppedBySignal : undefined;
  if (enginesLost > 0) {
    const reason = `${enginesLost} engine process${enginesLost === 1 ? '' : 'es'} died, with the users in it`;
    return { verdict: 'degraded', reasons: [reason], exitCode: signalled ?? ExitCode.degraded };
  }
  if (requests === 0) {
    return { verdict: 'invalid', reasons: ['no request was made'], exitCode: signalled ?? ExitCode.degraded };
  }
  return { verdict: 'passed', reasons: [], exitCode: signalled ?? ExitCode.passed };
}
