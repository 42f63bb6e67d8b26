/**
 * What a run is worth, from all that is known about it. One function for the master and the command line, so that the
 * same run has the same verdict everywhere. Honest before kind: whatever makes the numbers less than complete is said.
 *
 * invalid: the numbers do not say how the target does under the planned load · failed: they do, and a threshold is not
 * met · degraded: they do with reservations · passed: nothing to be said
 */
import { type CapacityView, ExitCode, type Verdict } from '@loadstar/shared';
import type { Comparison } from '../comparison/comparison.js';
import type { ThresholdResult } from '../thresholds/threshold.js';
import { type GeneratorRecord, strainWords } from './generator-watch.js';

/** Only what is given is judged. */
export interface RunFacts {
  readonly thresholds: readonly ThresholdResult[];
  /** Requests that ended. */
  readonly requests: number;
  /** Message of what users threw, if they did. */
  readonly exception?: string | undefined;
  /** Workers or engine processes that were lost on the way. */
  readonly lost?: readonly {
    readonly kind: 'worker' | 'engine';
    readonly name: string;
    readonly detail?: string | undefined;
  }[];
  /** Requests that those may have made without reporting them, at most. */
  readonly unreportedAtMost?: number | undefined;
  /** Changes of the load or the user classes while the run was going, in words. */
  readonly edits?: readonly string[] | undefined;
  /** What else went wrong, in words: hooks that failed, messages that were lost ... */
  readonly incidents?: readonly string[] | undefined;
  readonly generators?: readonly GeneratorRecord[] | undefined;
  /** Of an open load: arrivals that were due, and those of them that were dropped. */
  readonly arrivals?: { readonly planned: number; readonly dropped: number } | undefined;
  /** Against the baseline that the run was given: a regression is a failure, as a threshold would be. */
  readonly comparison?: Pick<Comparison, 'verdict' | 'text' | 'baseline'> | undefined;
  /** Of a search for the capacity: its steps judge generators and dropped arrivals themselves. */
  readonly capacity?: CapacityView | undefined;
  /** The run ended because nobody was left to generate load. */
  readonly nobodyLeft?: boolean | undefined;
  readonly stoppedBySignal?: boolean | undefined;
}

export interface Judgement {
  readonly verdict: Verdict;
  /** In words, those that decided the verdict first. */
  readonly reasons: readonly string[];
  /** Of the command line: 0, 98, 99 or 105. */
  readonly exitCode: number;
}

/** A generator with fewer strained seconds than this had a hiccup, not a problem. */
const strainedSecondsLeast = 5;
/** Shares of a generator's seconds that were strained. */
const degradedShare = 0.05;
const invalidShare = 0.2;
/** Share of arrivals dropped from which the planned load was not what ran. */
const missedShare = 0.01;
/** Of more reasons of one kind the rest is counted. */
const reasonsOfAKind = 20;

export function judgeRun(facts: RunFacts): Judgement {
  const failed = facts.thresholds
    .filter(({ passed }) => !passed)
    .map(({ selector, expression, reason }) => `threshold ${selector} ${expression}: ${reason ?? 'failed'}`);
  const { comparison } = facts;
  if (comparison?.verdict === 'regression') failed.push(`against ${comparison.baseline}: ${comparison.text}`);
  const { capacity } = facts;
  const search = judgeSearch(capacity);
  if (search.failed !== undefined) failed.unshift(search.failed);
  const generators = judgeGenerators((capacity ? undefined : facts.generators) ?? []);
  const arrivals = judgeArrivals(capacity ? undefined : facts.arrivals);
  const invalid = [...withoutLoad(facts), ...search.invalid, ...generators.invalid];
  // A target that fails under less than the planned load fails under all of it; one that passes has not passed.
  if (failed.length === 0) invalid.push(...arrivals.invalid);
  else generators.degraded.push(...arrivals.invalid);
  const degraded = [
    ...losses(facts),
    ...search.degraded,
    ...generators.degraded,
    ...arrivals.degraded,
    ...bounded(facts.edits),
    ...bounded(facts.incidents),
    ...(comparison?.verdict === 'not comparable' ? [`against ${comparison.baseline}: ${comparison.text}`] : []),
  ];
  const verdict = verdictOf(invalid.length, failed.length, degraded.length);
  return {
    verdict,
    reasons: [...invalid, ...bounded(failed), ...degraded],
    exitCode: exitCodeOf(verdict, facts.stoppedBySignal ?? false),
  };
}

function verdictOf(invalid: number, failed: number, degraded: number): Verdict {
  if (invalid > 0) return 'invalid';
  if (failed > 0) return 'failed';
  return degraded > 0 ? 'degraded' : 'passed';
}

/** A failed threshold outweighs the signal that ended the run, and that outweighs the other ends. */
function exitCodeOf(verdict: Verdict, stoppedBySignal: boolean): number {
  if (verdict === 'failed') return ExitCode.thresholdFailed;
  if (stoppedBySignal) return ExitCode.stoppedBySignal;
  return verdict === 'passed' ? ExitCode.passed : ExitCode.degraded;
}

function withoutLoad({ requests, exception, nobodyLeft }: RunFacts): string[] {
  const reasons: string[] = [];
  if (nobodyLeft) reasons.push('the run ended because no load generator was left');
  if (requests === 0) {
    reasons.push(
      exception === undefined ? 'no request was made' : `no request was made, and users threw: ${exception}`,
    );
  }
  return reasons;
}

function losses({ lost = [], unreportedAtMost = 0 }: RunFacts): string[] {
  const reasons = bounded(
    lost.map(({ kind, name, detail }) => `${kind} ${name} was lost${detail === undefined ? '' : `: ${detail}`}`),
  );
  if (unreportedAtMost > 0) reasons.push(`at most ${unreportedAtMost} requests of lost workers are not in the numbers`);
  return reasons;
}

function judgeGenerators(records: readonly GeneratorRecord[]): { invalid: string[]; degraded: string[] } {
  const invalid: string[] = [];
  const degraded: string[] = [];
  for (const record of records) {
    const share = record.strainedSeconds / Math.max(1, record.seconds);
    if (record.strainedSeconds < strainedSecondsLeast || share < degradedShare) continue;
    const words = `worker ${record.worker} was overloaded: ${strainWords(record)}`;
    (share >= invalidShare ? invalid : degraded).push(words);
  }
  return { invalid: bounded(invalid), degraded: bounded(degraded) };
}

function judgeSearch(capacity: CapacityView | undefined): { failed?: string; invalid: string[]; degraded: string[] } {
  const none = { invalid: [], degraded: [] };
  if (capacity === undefined) return none;
  const { outcome, failedRate, capacity: held } = capacity;
  const between = `${rate(held)} was held and ${rate(failedRate)} was not`;
  switch (outcome) {
    case 'below start':
      return { ...none, failed: `capacity: not even ${rate(failedRate)} was held` };
    case 'generator limit':
      return {
        ...none,
        invalid: [`capacity: the load generator gave out at ${rate(failedRate)}, before the target did`],
      };
    case 'steps spent':
      return { ...none, degraded: [`capacity: known less precisely than asked for: ${between}`] };
    case 'searching':
      return { ...none, degraded: [`capacity: the search was ended before it was through: ${between}`] };
    default:
      return none;
  }
}

function rate(perSecond: number | null): string {
  return perSecond === null ? 'no rate' : `${Math.round(perSecond * 10) / 10}/s`;
}

function judgeArrivals(arrivals: RunFacts['arrivals']): { invalid: string[]; degraded: string[] } {
  if (arrivals === undefined || arrivals.dropped <= 0) return { invalid: [], degraded: [] };
  const share = arrivals.dropped / Math.max(arrivals.planned, arrivals.dropped);
  const percent = share < 0.0001 ? '<0.01' : String(Math.round(share * 10_000) / 100);
  const words = `${arrivals.dropped} of ${arrivals.planned} planned arrivals (${percent} %) were dropped, because no user was free for them`;
  return share >= missedShare ? { invalid: [words], degraded: [] } : { invalid: [], degraded: [words] };
}

function bounded(reasons: readonly string[] = []): string[] {
  if (reasons.length <= reasonsOfAKind) return [...reasons];
  return [...reasons.slice(0, reasonsOfAKind), `and ${reasons.length - reasonsOfAKind} more of the kind`];
}
