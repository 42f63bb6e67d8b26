/**
 * Judges thresholds while a run goes on: fed with what happened (differences of snapshots, of all workers, in any
 * order), it says every second how each rule stands and whether one of them asks for the run to end.
 */
import type { RunStats } from '../run-stats/run-stats.js';
import { secondLimit } from '../time-series/time-series.js';
import { Channel } from './channel.js';
import { parseThresholds } from './parse.js';
import { type Rule, type RuleMemory, type RunSoFar, ruleFor } from './rules.js';
import type { BaselineValue, TaggedScenario, ThresholdResult, ThresholdState } from './threshold.js';

export interface MonitorOptions {
  /** Numbers of the baseline run, for rules relative to it; see `baselineOf`. */
  baseline?: BaselineValue | undefined;
  /** Milliseconds after its end that a second is waited for, so that every worker has reported on it. Default 2,000. */
  settleMs?: number | undefined;
  /** Scenarios of the load, whose labels thresholds may select by. */
  scenarios?: readonly TaggedScenario[] | undefined;
}

/** What of a monitor outlives its master; what the sum of the run holds is not in it. Plain JSON. */
export interface MonitorMemory {
  /** By rule; null for one about the whole run. */
  readonly rules: readonly (RuleMemory | null)[];
}

const defaultSettleMs = 2_000;

export class ThresholdMonitor {
  private channels = new Map<string, Channel>();
  private rules: Rule[] = [];
  private run: RunSoFar & { users: number[] } = { users: [], elapsedSeconds: 0, loadEndSeconds: Infinity };
  private present = 0;
  private closedSeconds = 0;
  private countedFromMs = 0;
  private abortReason: string | undefined;
  private readonly settleMs: number;

  /** @throws LoadstarError SCENARIO_INVALID for a threshold that cannot be read */
  constructor(
    private readonly thresholds: Readonly<Record<string, readonly string[]>>,
    private readonly options: MonitorOptions = {},
  ) {
    this.settleMs = options.settleMs ?? defaultSettleMs;
    this.reset();
  }

  /** Forgets all numbers, as after a reset of the statistics; seconds before `elapsedMs` are not judged. */
  reset(elapsedMs = 0): void {
    const parsed = parseThresholds(this.thresholds, this.options.scenarios);
    const keys = parsed.map(({ metric, tags, scenarios }) =>
      JSON.stringify([metric, tags.name, tags.method, tags.user_class, tags.scenario, tags.check, scenarios]),
    );
    this.channels = new Map();
    this.run = { ...this.run, elapsedSeconds: 0 };
    this.rules = parsed.map((threshold, index) => {
      const key = keys[index] as string;
      const alike = parsed.filter((_, other) => keys[other] === key);
      const keep = Math.max(...alike.map(({ windows, share }) => Math.max(0, ...windows, share === undefined ? 0 : 1)));
      const channel = this.channels.get(key) ?? new Channel(threshold, keep);
      this.channels.set(key, channel);
      return ruleFor(threshold, channel, this.run, this.options.baseline);
    });
    this.countedFromMs = elapsedMs;
  }

  /**
   * Adds what happened between two moments of run time, milliseconds. It counts in the second of the middle, or if that
   * is closed already in the oldest that is not.
   */
  add(delta: RunStats, fromMs: number, toMs: number): void {
    const middle = (Math.max(0, fromMs) + Math.max(0, toMs)) / 2_000;
    const second = Math.min(Math.floor(middle), secondLimit) - this.firstSecond;
    for (const channel of this.channels.values()) channel.take(delta, second);
  }

  memory(): MonitorMemory {
    return { rules: this.rules.map((rule) => rule.memory() ?? null) };
  }

  /**
   * Goes on with a run that another master had judged. Windows and seconds before this moment are as that master left
   * them, those that reach over it are not judged. For a monitor that nothing was added to.
   * @param memory undefined when nothing was stored of them
   * @param total sum of the run since `countedFromMs`
   * @param users by the second of run time, from 0
   */
  restore(
    memory: MonitorMemory | undefined,
    total: RunStats,
    elapsedMs: number,
    countedFromMs: number,
    users: readonly number[],
  ): void {
    this.reset(countedFromMs);
    const second = Math.min(Math.max(0, Math.floor(elapsedMs / 1_000)), secondLimit);
    for (const channel of this.channels.values()) channel.restore(total, Math.max(0, second - this.firstSecond));
    this.closedSeconds = second;
    this.run.users.splice(0, this.run.users.length, ...users.slice(0, second));
    this.present = users[second - 1] ?? 0;
    this.run.elapsedSeconds = (elapsedMs - countedFromMs) / 1_000;
    if (memory?.rules.length !== this.rules.length) return;
    memory.rules.forEach((each, index) => each && this.rules[index]?.restore(each));
  }

  /** Says how many users there are now. */
  users(count: number): void {
    this.present = count;
  }

  /** The load ends: counters are not judged in windows that reach beyond this moment. */
  loadEnds(elapsedMs: number): void {
    this.run.loadEndSeconds = Math.min(this.run.loadEndSeconds, elapsedMs / 1_000);
  }

  /** How every rule stands; call it about once a second. */
  evaluate(elapsedMs: number): ThresholdState[] {
    this.closeUntil(elapsedMs - this.settleMs);
    this.run.elapsedSeconds = (elapsedMs - this.countedFromMs) / 1_000;
    const states = this.rules.map((rule) => rule.state());
    if (this.abortReason === undefined) {
      const index = this.rules.findIndex(
        ({ threshold: { abort } }, at) =>
          abort !== undefined && elapsedMs >= abort.afterSeconds * 1_000 && states[at]?.state === 'failing',
      );
      const state = states[index];
      if (state) this.abortReason = `threshold ${state.selector} ${state.expression}: ${state.reason ?? 'failed'}`;
    }
    return states;
  }

  /** Why the run is to end now: the first rule with `abort` that failed. Undefined: it may go on. */
  get abort(): string | undefined {
    return this.abortReason;
  }

  /** The last word on every rule, when all numbers are in. */
  finish(elapsedMs: number): ThresholdResult[] {
    this.closeUntil(elapsedMs);
    this.run.elapsedSeconds = (elapsedMs - this.countedFromMs) / 1_000;
    return this.rules.map((rule) => rule.result());
  }

  /** Channels count seconds from the one that counting began in. */
  private get firstSecond(): number {
    return Math.floor(this.countedFromMs / 1_000);
  }

  private closeUntil(elapsedMs: number): void {
    const whole = Math.min(Math.floor(elapsedMs / 1_000), secondLimit);
    while (this.closedSeconds < whole) {
      this.closedSeconds++;
      this.run.users.push(this.present);
      if (this.closedSeconds <= this.firstSecond) continue;
      for (const channel of this.channels.values()) channel.close();
      for (const rule of this.rules) rule.close(this.closedSeconds);
    }
  }
}
