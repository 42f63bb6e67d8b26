/**
 * Everything that judges a run while it goes on, behind one face, so that the master and the command line feed and ask
 * the same thing in the same way: thresholds second by second, time slices, and how well the generators did. What of it
 * the sum of the run does not say is its memory, with which another master can go on.
 */
import type { FindCapacityLoad, ThresholdView } from '@loadstar/shared';
import { type CapacityMemory, CapacityRun } from '../capacity/capacity-run.js';
import type { RunStats } from '../run-stats/run-stats.js';
import { type SlicedRun, SliceStore } from '../slices/slice-store.js';
import { restoreSlices, type StoredSlices, storeSlices } from '../slices/slices-codec.js';
import type { SnapshotHeader } from '../snapshot/header.js';
import { type MonitorMemory, type MonitorOptions, ThresholdMonitor } from '../thresholds/monitor.js';
import type { ThresholdResult, ThresholdState } from '../thresholds/threshold.js';
import { type GeneratorRecord, GeneratorWatch } from './generator-watch.js';

/** Plain JSON. */
export interface JudgeMemory {
  /** Of this form; another one is not read. */
  readonly version: 1;
  readonly monitor: MonitorMemory;
  /** Milliseconds of run time since which each threshold has stood as it does. */
  readonly sinceMs: readonly number[];
  readonly states: readonly ThresholdView['state'][];
  readonly generators: readonly GeneratorRecord[];
  readonly slices: StoredSlices;
  readonly capacity?: CapacityMemory | undefined;
}

export interface JudgeOptions extends MonitorOptions {
  /** The run is a search for the capacity: thresholds are judged step by step. */
  capacity?: FindCapacityLoad | undefined;
}

export class RunJudge {
  /** Of a run that searches for the capacity. */
  readonly capacity: CapacityRun | undefined;
  private readonly monitor: ThresholdMonitor;
  private readonly slices = new SliceStore();
  private readonly watch = new GeneratorWatch();
  private states: ThresholdState[] = [];
  private words: ThresholdView['state'][] = [];
  private sinceMs: number[] = [];

  /** @throws LoadstarError SCENARIO_INVALID for a threshold that cannot be read */
  constructor(thresholds: Readonly<Record<string, readonly string[]>>, { capacity, ...options }: JudgeOptions = {}) {
    this.capacity = capacity && new CapacityRun(capacity, thresholds, options);
    this.monitor = new ThresholdMonitor(thresholds, options);
    this.look(0, 0);
  }

  /** Takes what a snapshot says that was accepted: what happened between two moments of run time, milliseconds. */
  take(header: SnapshotHeader, delta: RunStats, sinceMs: number, untilMs: number): void {
    this.monitor.add(delta, sinceMs, untilMs);
    this.capacity?.take(header, delta, sinceMs, untilMs);
    this.slices.add(delta, sinceMs, untilMs);
    this.watch.observe(header);
  }

  /**
   * Looks at all thresholds; to be called about once a second.
   * @param users that run now
   * @returns how each of them stands
   */
  look(elapsedMs: number, users: number): ThresholdView[] {
    this.monitor.users(users);
    this.states = this.statesAt(elapsedMs);
    return this.note(this.states.map(wordOf), elapsedMs);
  }

  /** How the thresholds stood when somebody looked last. */
  get thresholds(): ThresholdView[] {
    return this.states.map((state, index) => ({
      selector: state.selector,
      expression: state.expression,
      state: this.words[index] ?? wordOf(state),
      value: state.value,
      current: state.current,
      limit: state.limit,
      margin: state.margin,
      reason: state.reason,
      sinceSeconds: Math.round(this.sinceMs[index] ?? 0) / 1_000,
    }));
  }

  /** What the last look would say if the run ended with it. */
  get results(): ThresholdResult[] {
    return this.states.map(({ selector, expression, value, passed, reason, missing }) => ({
      selector,
      expression,
      value,
      passed,
      reason,
      ...(missing && { missing }),
    }));
  }

  /** Why the run is to end now: the first rule with `abort` that failed. Undefined: it may go on. */
  get abort(): string | undefined {
    return this.capacity ? undefined : this.monitor.abort;
  }

  /** The load ends; see `ThresholdMonitor.loadEnds`. */
  loadEnds(elapsedMs: number): void {
    this.monitor.loadEnds(elapsedMs);
  }

  /** Forgets all numbers, as after a reset of the statistics; how the generators did stays. */
  reset(elapsedMs: number): void {
    this.monitor.reset(elapsedMs);
    this.slices.reset(elapsedMs);
    this.words = [];
    this.states = this.statesAt(elapsedMs);
    this.note(this.states.map(wordOf), elapsedMs);
  }

  /** The last word on every threshold, when all numbers are in. May be asked again when more have come. */
  conclude(elapsedMs: number): ThresholdResult[] {
    const results = this.capacity?.verdicts() ?? this.monitor.finish(elapsedMs);
    this.states = this.capacity ? results.map(stateOf) : this.monitor.evaluate(elapsedMs);
    this.note(results.map(lastWordOf), elapsedMs);
    return results;
  }

  sliced(): SlicedRun {
    return this.slices.sliced();
  }

  generators(): GeneratorRecord[] {
    return this.watch.records();
  }

  memory(): JudgeMemory {
    return {
      version: 1,
      monitor: this.monitor.memory(),
      sinceMs: [...this.sinceMs],
      states: [...this.words],
      generators: this.watch.records(),
      slices: storeSlices(this.slices.sliced()),
      ...(this.capacity && { capacity: this.capacity.memory() }),
    };
  }

  /**
   * Goes on with a run that was judged elsewhere. For a judge that has taken nothing.
   * @param memory undefined when there is none: then only what the sum says is known
   * @param run sum since `countedFromMs`, run time of it, users by the second from 0
   */
  restore(
    memory: JudgeMemory | undefined,
    run: {
      readonly total: RunStats;
      readonly elapsedMs: number;
      readonly countedFromMs: number;
      readonly users: readonly number[];
    },
  ): void {
    const { total, elapsedMs, countedFromMs, users } = run;
    this.monitor.restore(memory?.monitor, total, elapsedMs, countedFromMs, users);
    if (memory === undefined) this.slices.reset(countedFromMs);
    else {
      this.slices.restore(restoreSlices(memory.slices));
      this.watch.restore(memory.generators);
      if (memory.capacity) this.capacity?.restore(memory.capacity);
      this.words = [...memory.states];
      this.sinceMs = [...memory.sinceMs];
    }
    this.look(elapsedMs, users.at(-1) ?? 0);
  }

  private statesAt(elapsedMs: number): ThresholdState[] {
    const states = this.monitor.evaluate(elapsedMs);
    const ofStep = this.capacity?.states(elapsedMs) ?? [];
    return ofStep.length > 0 ? ofStep : states;
  }

  private note(words: ThresholdView['state'][], elapsedMs: number): ThresholdView[] {
    this.sinceMs = words.map((word, index) => (word === this.words[index] ? (this.sinceMs[index] ?? 0) : elapsedMs));
    this.words = words;
    return this.thresholds;
  }
}

/** Of a step that is over only its result is known. */
function stateOf(result: ThresholdResult): ThresholdState {
  const word = lastWordOf(result);
  const state = word === 'no data' ? 'waiting' : word;
  return { ...result, state, current: result.value, limit: null, margin: null };
}

/** At the end, too, a rule without data is told apart from one that was broken; both fail the run. */
function lastWordOf({ passed, missing }: ThresholdResult): ThresholdView['state'] {
  if (passed) return 'passing';
  return missing === 'data' ? 'no data' : 'failing';
}

function wordOf({ state }: ThresholdState): ThresholdView['state'] {
  return state === 'waiting' ? 'no data' : state;
}
