/**
 * A capacity search on a real run: says when which rate is to begin, gathers the numbers of each step, judges them by
 * the thresholds of the run, and reports to the search. Knows neither engines nor a network; whoever leads the run asks
 * it about once a second, and does what it says.
 */
import type { CapacityStepView, CapacityView, FindCapacityLoad } from '@loadstar/shared';
import { Histogram } from '../histogram/histogram.js';
import { RunStats } from '../run-stats/run-stats.js';
import type { SnapshotHeader } from '../snapshot/header.js';
import { type MonitorOptions, ThresholdMonitor } from '../thresholds/monitor.js';
import type { ThresholdResult, ThresholdState } from '../thresholds/threshold.js';
import { GeneratorWatch } from '../verdict/generator-watch.js';
import { CapacitySearch, type CapacityStep } from './capacity-search.js';

/** What whoever leads the run has to do now. */
export type CapacityMove =
  /** From `atMs` of run time on, `rate` arrivals per time unit of the scenario. */
  | { readonly kind: 'step'; readonly scenario: string; readonly rate: number; readonly atMs: number }
  | { readonly kind: 'over' };

/** Plain JSON. */
export interface CapacityMemory {
  readonly steps: readonly CapacityStepView[];
  readonly results: readonly (readonly ThresholdResult[])[];
}

/** A step under way. */
interface Running {
  readonly step: CapacityStep;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly stats: RunStats;
  readonly monitor: ThresholdMonitor;
  readonly watch: GeneratorWatch;
}

/** Milliseconds after its end at which a step is judged: by then everybody has reported on it. */
const settleMs = 2_500;
/** Share of a step's arrivals that may find no free user, and that may be still unanswered when it is judged. */
const droppedMost = 0.01;
const unansweredMost = 0.05;
/** Share of the planned arrivals that a generator has to deliver, and of seconds that it may be strained in. */
const deliveredLeast = 0.95;
const strainedMost = 0.2;

export class CapacityRun {
  private readonly search: CapacitySearch;
  private readonly thresholds: Readonly<Record<string, readonly string[]>>;
  private readonly steps: CapacityStepView[] = [];
  private readonly results: (readonly ThresholdResult[])[] = [];
  private running: Running | undefined;
  private isOver = false;

  /** @throws LoadstarError SCENARIO_INVALID for a threshold that cannot be read */
  constructor(
    private readonly load: FindCapacityLoad,
    thresholds: Readonly<Record<string, readonly string[]>>,
    private readonly options: Omit<MonitorOptions, 'settleMs'> = {},
  ) {
    const { timeUnit, startRate, maxRate, precision, maxSteps, stepDuration, coolDown } = load;
    this.thresholds = withoutAbort(thresholds);
    this.search = new CapacitySearch({
      startRate: startRate / timeUnit,
      capRate: maxRate / timeUnit,
      precision,
      maxSteps,
      stepSeconds: stepDuration,
      coolDownSeconds: coolDown,
    });
    const first = this.search.next();
    // The engines begin the first step by themselves.
    if (first) this.running = this.start(first, load.startTime * 1_000);
  }

  /** Takes what happened between two moments of run time, milliseconds. */
  take(header: SnapshotHeader, delta: RunStats, sinceMs: number, untilMs: number): void {
    const { running } = this;
    // Nothing runs before a step, so that all of a report that reaches into it is of the step.
    if (!running || untilMs <= running.fromMs) return;
    running.stats.merge(delta);
    running.monitor.add(delta, sinceMs - running.fromMs, untilMs - running.fromMs);
    const middle = (sinceMs + untilMs) / 2;
    if (middle >= running.fromMs && middle < running.untilMs) running.watch.observe(header);
  }

  /**
   * What is to be done now.
   * @param elapsedMs run time
   * @param leadMs how far ahead of its moment a change has to be told
   */
  advance(elapsedMs: number, leadMs: number): CapacityMove | undefined {
    if (this.isOver) return undefined;
    const { running, load } = this;
    if (running) {
      if (elapsedMs < running.untilMs + settleMs) return undefined;
      this.judge(running);
    }
    const next = this.search.next();
    if (!next) {
      this.isOver = true;
      return { kind: 'over' };
    }
    const restedMs = (running?.untilMs ?? 0) + next.coolDownSeconds * 1_000;
    const atMs = Math.ceil(Math.max(elapsedMs + leadMs, restedMs));
    this.running = this.start(next, atMs);
    return { kind: 'step', scenario: load.name, rate: next.rate * load.timeUnit, atMs };
  }

  /** How the thresholds stand in the step under way. */
  states(elapsedMs: number): ThresholdState[] {
    const { running } = this;
    return running ? running.monitor.evaluate(Math.max(0, elapsedMs - running.fromMs)) : [];
  }

  /** What came of the thresholds at the capacity; when no rate was held, in the last step. */
  verdicts(): ThresholdResult[] {
    const { capacity } = this.search.result();
    const best = this.steps.findLastIndex(({ passed, rate }) => passed && rate === capacity);
    return [...(this.results[best] ?? this.results.at(-1) ?? [])];
  }

  view(): CapacityView {
    const { outcome, capacity, failedRate, estimate, confirmed, knee } = this.search.result();
    const { running, load } = this;
    return {
      outcome: this.isOver ? outcome : 'searching',
      capacity,
      failedRate,
      estimate,
      confirmed,
      capRate: load.maxRate / load.timeUnit,
      knee: knee && {
        concurrency: knee.kneeConcurrency,
        peakRate: knee.peakRate,
        peakLow: knee.peakLow,
        peakHigh: knee.peakHigh,
      },
      steps: this.steps.map((step) => ({ ...step })),
      running:
        running && !this.isOver
          ? {
              number: running.step.number,
              rate: running.step.rate,
              fromSeconds: running.fromMs / 1_000,
              seconds: running.step.seconds,
            }
          : null,
    };
  }

  memory(): CapacityMemory {
    return { steps: this.view().steps, results: [...this.results] };
  }

  /** Goes on with the steps that another master had judged; the one that was under way begins anew. */
  restore({ steps, results }: CapacityMemory): void {
    this.running = undefined;
    for (const step of steps) {
      this.search.next();
      this.record(step, results[this.steps.length] ?? []);
    }
  }

  private start(step: CapacityStep, fromMs: number): Running {
    return {
      step,
      fromMs,
      untilMs: fromMs + step.seconds * 1_000,
      stats: new RunStats(),
      monitor: new ThresholdMonitor(this.thresholds, { ...this.options, settleMs: 2_000 }),
      watch: new GeneratorWatch(),
    };
  }

  private judge({ step, fromMs, stats, monitor, watch }: Running): void {
    this.running = undefined;
    const { number, rate, seconds } = step;
    const results = monitor.finish(seconds * 1_000);
    const numbers = numbersOf(stats);
    const { started, failed, finished, interrupted } = stats.iterations;
    const planned = Math.max(1, rate * seconds);
    const dropped = stats.droppedArrivals;
    const reasons = results.flatMap(({ passed, selector, expression, reason }) =>
      passed ? [] : [`${selector} ${expression}: ${reason ?? 'failed'}`],
    );
    if (results.length === 0 && numbers.failRatio > droppedMost) reasons.push('more than 1 % of the requests failed');
    if (dropped > droppedMost * planned) {
      reasons.push(`${dropped} of ${Math.round(planned)} arrivals found none of the ${this.load.maxVUs} users free`);
    }
    const unanswered = started - finished - failed - interrupted;
    if (unanswered > unansweredMost * planned + 1) reasons.push(`${unanswered} arrivals were still under way after it`);
    if (numbers.requests === 0) reasons.push('no request ended');
    const strain = watch
      .records()
      .some(
        ({ strainedSeconds, seconds: watched }) => strainedSeconds > 1 && strainedSeconds >= strainedMost * watched,
      );
    const short = started + dropped < deliveredLeast * planned - 1;
    const passed = reasons.length === 0 && !short;
    // A generator that was strained and passed nevertheless has measured too long times, not too short ones.
    const trusted = passed || !(strain || short);
    const words = short
      ? [`the generator started ${started + dropped} of ${Math.round(planned)} arrivals`, ...reasons]
      : strain && !passed
        ? ['the generator was overloaded', ...reasons]
        : reasons;
    const { achieved, meanMs, p95Ms, failRatio } = numbers;
    const outcome = { passed, trusted, achievedRate: achieved / seconds, meanMs, p95Ms, failRatio };
    const reason = passed ? null : words.join('; ');
    this.record({ number, rate, fromSeconds: fromMs / 1_000, seconds, ...outcome, reason }, results);
  }

  private record(step: CapacityStepView, results: readonly ThresholdResult[]): void {
    this.steps.push(step);
    this.results.push(results);
    const { passed, trusted, achievedRate, meanMs, reason } = step;
    this.search.report({ passed, trusted, achievedRate, meanMs, reason: reason ?? undefined });
  }
}

function numbersOf(stats: RunStats): {
  requests: number;
  achieved: number;
  failRatio: number;
  meanMs: number;
  p95Ms: number;
} {
  let [requests, failures] = [0, 0];
  const times = new Histogram();
  for (const series of stats.allSeries()) {
    requests += series.requests;
    failures += series.failures;
    times.merge(series.ok.response).merge(series.failed.response);
  }
  const some = times.count > 0;
  return {
    requests,
    achieved: requests - failures,
    failRatio: requests > 0 ? failures / requests : 0,
    meanMs: some ? times.meanUs / 1_000 : 0,
    p95Ms: some ? times.percentile(95) / 1_000 : 0,
  };
}

/** A threshold that fails ends a step, never the search. */
function withoutAbort(thresholds: Readonly<Record<string, readonly string[]>>): Record<string, string[]> {
  const rules = Object.entries(thresholds).map(([selector, expressions]): [string, string[]] => [
    selector,
    expressions.map((expression) => expression.replace(/\s+or\s+abort\b.*$/i, '')),
  ]);
  return Object.fromEntries(rules);
}
