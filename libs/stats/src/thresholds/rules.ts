/**
 * What a threshold is about: the run as a whole, every window of it, or its seconds one by one. Rules for parts without
 * data: a counter has counted 0 there, once anything was ever counted; a part in which attempts waited and none
 * ended is bad, because a target that hangs is not idle; any other part without data is not judged.
 */
import type { Channel } from './channel.js';
import { judgeTally, nothingMatched } from './evaluate.js';
import {
  holds,
  limitOf,
  marginOf,
  passedOrNot,
  shown,
  shownLimit,
  withoutBaseline,
  withoutData,
  worseOf,
} from './judge-value.js';
import { type BaselineValue, metrics, type Threshold, type ThresholdResult, type ThresholdState } from './threshold.js';

/** What a rule about parts has seen so far, as another master can take it over. */
export interface RuleMemory {
  readonly judged: number;
  readonly bad: number;
  readonly stalled: number;
  readonly worst: number | null;
  readonly worstEnd: number;
}

/** What rules know of the run beside their channel. */
export interface RunSoFar {
  /** Users by the second. */
  readonly users: readonly number[];
  elapsedSeconds: number;
  /** Seconds of run time at which the load was to end; counters are not judged in windows that end later. */
  loadEndSeconds: number;
}

export interface Rule {
  readonly threshold: Threshold;
  /** @param end seconds of run time at the end of the second that was just closed */
  close(end: number): void;
  state(): ThresholdState;
  /** The last word, when all whole seconds are closed. */
  result(): ThresholdResult;
  /** Undefined for a rule that the sum of the run says everything about. */
  memory(): RuleMemory | undefined;
  restore(memory: RuleMemory): void;
}

export function ruleFor(
  threshold: Threshold,
  channel: Channel,
  run: RunSoFar,
  baseline: BaselineValue | undefined,
): Rule {
  if (threshold.share !== undefined) return new SecondsRule(threshold, channel, run, baseline, threshold.share);
  if (threshold.windows.length > 0) return new WindowsRule(threshold, channel, run, baseline);
  return new WholeRule(threshold, channel, run, baseline);
}

/** A part that was judged, or why not. */
type Part = number | 'stalled' | 'idle';

abstract class BaseRule implements Rule {
  constructor(
    readonly threshold: Threshold,
    protected readonly channel: Channel,
    protected readonly run: RunSoFar,
    protected readonly baseline: BaselineValue | undefined,
  ) {}

  abstract close(end: number): void;
  abstract result(): ThresholdResult;
  protected abstract get newest(): number | null;

  memory(): RuleMemory | undefined {
    return undefined;
  }

  restore(_memory: RuleMemory): void {}

  state(): ThresholdState {
    const result = this.result();
    const waiting = result.missing === 'data';
    const limit = this.shownLimit() ?? null;
    return {
      ...result,
      state: result.passed ? 'passing' : waiting ? 'waiting' : 'failing',
      current: this.newest,
      limit,
      margin: marginOf(this.shownComparison, result.value, limit),
    };
  }

  /** What the value of the result is compared with. */
  protected shownLimit(): number | undefined {
    return this.limit();
  }

  protected get shownComparison(): Threshold['comparison'] {
    return this.threshold.comparison;
  }

  protected limit(): number | undefined {
    return limitOf(this.threshold, this.baseline?.(this.threshold));
  }

  /** The rule on the run as a whole. */
  protected onWhole(): ThresholdResult {
    const { threshold, run } = this;
    if (metrics[threshold.metric].family !== 'gauge') {
      return judgeTally(threshold, this.channel.total, run.elapsedSeconds, this.baseline);
    }
    const value = gaugeValue(threshold, run.users);
    if (value === undefined) return withoutData(threshold, nothingMatched);
    const limit = this.limit();
    return limit === undefined ? withoutBaseline(threshold, value) : passedOrNot(threshold, value, limit);
  }

  /** The last `seconds` closed ones. */
  protected part(seconds: number, end: number): Part {
    const { threshold, run, channel } = this;
    if (end - seconds < threshold.fromSeconds) return 'idle';
    const { family } = metrics[threshold.metric];
    if (family === 'gauge') {
      return gaugeValue(threshold, run.users.slice(Math.max(0, end - seconds), end)) ?? 'idle';
    }
    const span = channel.span(seconds);
    if (span === undefined) return 'idle';
    const value = span.tally.measure(threshold, seconds);
    if (family === 'counter') {
      if (end > run.loadEndSeconds || !span.seen) return 'idle';
      return value ?? 0;
    }
    return value ?? (span.waiting > 0 ? 'stalled' : 'idle');
  }
}

class WholeRule extends BaseRule {
  close(): void {}

  result(): ThresholdResult {
    return this.onWhole();
  }

  protected get newest(): number | null {
    return this.onWhole().value;
  }
}

/** Shared by the rules about parts: how many were judged, how many were bad, and the worst value. */
abstract class PartsRule extends BaseRule {
  protected judged = 0;
  protected bad = 0;
  protected stalled = 0;
  protected worst: number | null = null;
  protected worstEnd = 0;
  protected newest: number | null = null;

  override memory(): RuleMemory {
    const { judged, bad, stalled, worst, worstEnd } = this;
    return { judged, bad, stalled, worst, worstEnd };
  }

  override restore({ judged, bad, stalled, worst, worstEnd }: RuleMemory): void {
    Object.assign(this, { judged, bad, stalled, worst, worstEnd });
  }

  protected judge(part: Part, end: number): void {
    const limit = this.limit();
    if (part === 'idle' || limit === undefined) return;
    this.judged++;
    if (part === 'stalled') {
      this.newest = null;
      this.bad++;
      this.stalled++;
      return;
    }
    this.newest = part;
    const { comparison } = this.threshold;
    if (!holds(part, comparison, limit)) this.bad++;
    const worst = this.worst === null ? part : worseOf(comparison, limit, this.worst, part);
    if (worst === part && part !== this.worst) this.worstEnd = end;
    this.worst = worst;
  }

  /** `612 is not < 500 at the worst (in seconds 31 to 60)`, and the like for parts that stood still. */
  protected worstWords(length: number, limit: number): string {
    const { threshold, worst, worstEnd } = this;
    const words: string[] = [];
    if (worst !== null && !holds(worst, threshold.comparison, limit)) {
      const seconds = length === 1 ? `second ${worstEnd}` : `seconds ${worstEnd - length + 1} to ${worstEnd}`;
      words.push(`${shown(worst)} is not ${threshold.comparison} ${shownLimit(threshold, limit)} in ${seconds}`);
    }
    if (this.stalled > 0) words.push(`no data in ${this.stalled} of them: nothing ended while requests were waiting`);
    return words.join('; ');
  }
}

class WindowsRule extends PartsRule {
  close(end: number): void {
    this.judge(this.together(this.threshold.windows.map((seconds) => this.part(seconds, end))), end);
  }

  result(): ThresholdResult {
    const { threshold, bad, judged, worst } = this;
    const { selector, expression } = threshold;
    const limit = this.limit();
    if (limit === undefined) return withoutBaseline(threshold, worst);
    // A run that is shorter than the window is judged as one.
    if (judged === 0) {
      return this.run.elapsedSeconds > threshold.fromSeconds
        ? this.onWhole()
        : withoutData(threshold, `the run ended before second ${threshold.fromSeconds}`);
    }
    if (bad === 0) return { selector, expression, value: worst, passed: true, reason: null };
    const words = this.worstWords(Math.min(...threshold.windows), limit);
    const reason = `${bad} of ${judged} windows: ${words}`;
    return { selector, expression, value: worst, passed: false, reason };
  }

  /** Of several windows all must be bad, so that the best of them counts. */
  private together(parts: readonly Part[]): Part {
    const values = parts.filter((part) => typeof part === 'number');
    if (values.length < parts.length) return parts.every((part) => part === 'stalled') ? 'stalled' : 'idle';
    return this.threshold.comparison.startsWith('>') ? Math.max(...values) : Math.min(...values);
  }
}

class SecondsRule extends PartsRule {
  constructor(
    threshold: Threshold,
    channel: Channel,
    run: RunSoFar,
    baseline: BaselineValue | undefined,
    private readonly share: number,
  ) {
    super(threshold, channel, run, baseline);
  }

  close(end: number): void {
    this.judge(this.part(1, end), end);
  }

  protected override shownLimit(): number {
    return this.share * 100;
  }

  protected override get shownComparison(): '>=' {
    return '>=';
  }

  result(): ThresholdResult {
    const { threshold, bad, judged, share } = this;
    const { selector, expression } = threshold;
    const limit = this.limit();
    if (limit === undefined) return withoutBaseline(threshold, null);
    if (judged === 0) return withoutData(threshold, 'there was no whole second with anything that matched');
    const good = (judged - bad) / judged;
    const value = good * 100;
    // The tolerance is for shares such as 0.07 that binary numbers only come near to.
    if (good >= share - 1e-12) return { selector, expression, value, passed: true, reason: null };
    const words = this.worstWords(1, limit);
    const reason = `${shown(value)} % of ${judged} seconds were good; ${words}`;
    return { selector, expression, value, passed: false, reason };
  }
}

function gaugeValue({ statistic }: Threshold, values: readonly number[]): number | undefined {
  if (values.length === 0) return undefined;
  switch (statistic.kind) {
    case 'min':
      return values.reduce((least, value) => Math.min(least, value));
    case 'max':
      return values.reduce((most, value) => Math.max(most, value));
    case 'avg':
      return values.reduce((sum, value) => sum + value, 0) / values.length;
    default:
      return values.at(-1);
  }
}
