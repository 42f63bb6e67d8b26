/**
 * Looks for the greatest rate that a target holds: steps up until a rate fails, then halves the gap (in logarithms, so
 * that the precision is relative), then runs the rate that was found once more. Pure: whoever runs load asks for the
 * next step and reports how it went. Bounded in steps, never above the cap.
 */
import { fitUsl, type UslFit, type UslPoint } from './universal-scalability.js';

export interface CapacityOptions {
  /** First rate, per second. */
  readonly startRate: number;
  /** Never asked for more than this. */
  readonly capRate: number;
  /** Relative width of the gap at which the search ends. Default 0.05. */
  readonly precision?: number | undefined;
  /** Default 12. */
  readonly maxSteps?: number | undefined;
  /** Length of a step. Default 30. */
  readonly stepSeconds?: number | undefined;
  /** Time without load before each step but the first, so that queues of the last one are gone. Default 5. */
  readonly coolDownSeconds?: number | undefined;
}

export interface CapacityStep {
  /** From 1 on. */
  readonly number: number;
  readonly rate: number;
  readonly seconds: number;
  readonly coolDownSeconds: number;
}

/** How a step went. */
export interface StepReport {
  /** Whether the thresholds were met. */
  readonly passed: boolean;
  /** Answered well, per second. */
  readonly achievedRate: number;
  /** Mean response time, milliseconds. */
  readonly meanMs: number;
  /** False when the generator could not deliver the rate: such a step says nothing about the target. Default true. */
  readonly trusted?: boolean | undefined;
  /** Why it failed, in words. */
  readonly reason?: string | undefined;
}

export type StepRecord = CapacityStep & StepReport;

export interface CapacityResult {
  /**
   * found: known to the precision · above cap: even the cap was held · below start: not even the lowest rate was held ·
   * generator limit: the generator gave out first · steps spent: known less precisely than asked for
   */
  readonly outcome: 'found' | 'above cap' | 'below start' | 'generator limit' | 'steps spent';
  /** Greatest rate that was held, per second; null when none was. */
  readonly capacity: number | null;
  /** Least rate that was not held; null when every one was. */
  readonly failedRate: number | null;
  /** Best guess of where the limit is: between the two, or null when one of them is missing. */
  readonly estimate: number | null;
  /** Whether the capacity was held twice. */
  readonly confirmed: boolean;
  readonly steps: readonly StepRecord[];
  /** Where throughput would peak by the universal scalability law; null with too few steps to say. */
  readonly knee: UslFit | null;
}

/** A target that does not hold so small a part of the first rate is taken to hold nothing. */
const lowestPart = 1 / 64;
/** Steps up that double; those after them go up fourfold, so that a start far too low does not spend all steps. */
const doublings = 4;

export class CapacitySearch {
  private readonly precision: number;
  private readonly maxSteps: number;
  private readonly seconds: number;
  private readonly coolDown: number;
  private readonly steps: StepRecord[] = [];
  private pending: CapacityStep | undefined;
  private held = 0;
  private heldTimes = 0;
  private failed = Infinity;
  private generatorLimited = false;

  /** @throws RangeError for options that make no sense */
  constructor(private readonly options: CapacityOptions) {
    this.precision = options.precision ?? 0.05;
    this.maxSteps = options.maxSteps ?? 12;
    this.seconds = options.stepSeconds ?? 30;
    this.coolDown = options.coolDownSeconds ?? 5;
    if (!(options.startRate > 0) || !(options.capRate >= options.startRate)) {
      throw new RangeError('a capacity search needs 0 < startRate <= capRate');
    }
    if (!(this.precision >= 0.001) || !(this.maxSteps >= 1) || !(this.seconds > 0)) {
      throw new RangeError('a capacity search needs precision >= 0.001, maxSteps >= 1 and stepSeconds > 0');
    }
  }

  /** The step to run now; undefined when the search is over. Asked again before the report it is the same. */
  next(): CapacityStep | undefined {
    if (this.pending !== undefined) return this.pending;
    const rate = this.steps.length >= this.maxSteps ? undefined : this.nextRate();
    if (rate === undefined) return undefined;
    const number = this.steps.length + 1;
    this.pending = { number, rate, seconds: this.seconds, coolDownSeconds: number === 1 ? 0 : this.coolDown };
    return this.pending;
  }

  /** Takes the result of the step that `next` gave. */
  report(report: StepReport): void {
    const step = this.pending;
    if (step === undefined) return;
    this.pending = undefined;
    this.steps.push({ ...step, ...report });
    if (report.trusted === false) {
      this.generatorLimited = true;
      this.fail(step.rate);
    } else if (report.passed) {
      if (step.rate > this.held) {
        this.held = step.rate;
        this.heldTimes = 1;
      } else if (step.rate === this.held) this.heldTimes++;
    } else this.fail(step.rate);
  }

  result(): CapacityResult {
    const { held, failed } = this;
    const points = this.steps.filter(({ trusted }) => trusted !== false).map(pointOf);
    return {
      outcome: this.outcome(),
      capacity: held > 0 ? held : null,
      failedRate: Number.isFinite(failed) ? failed : null,
      estimate: held > 0 && Number.isFinite(failed) ? Math.sqrt(held * failed) : null,
      confirmed: this.heldTimes > 1,
      steps: [...this.steps],
      knee: fitUsl(points) ?? null,
    };
  }

  private nextRate(): number | undefined {
    const { startRate, capRate } = this.options;
    if (this.steps.length === 0) return startRate;
    if (this.failed === Infinity) {
      if (this.held >= capRate) return undefined;
      return Math.min(capRate, this.held * (this.steps.length < doublings ? 2 : 4));
    }
    if (this.held === 0) {
      const lower = this.failed / 4;
      return lower < startRate * lowestPart ? undefined : lower;
    }
    // Half the gap that was asked for, as long as steps are left: noise takes the other half. One is kept to confirm.
    const left = this.maxSteps - this.steps.length;
    const narrowEnough = left > 1 ? this.isNarrow(this.precision / 2) : this.isNarrow(this.precision);
    if (narrowEnough) return this.heldTimes < 2 ? this.held : undefined;
    return Math.sqrt(this.held * this.failed);
  }

  /** A rate fails, and with it what was held above it or at it: a rate that is held only sometimes is not. */
  private fail(rate: number): void {
    this.failed = Math.min(this.failed, rate);
    if (this.held < rate) return;
    const lower = this.steps.filter((step) => step.passed && step.trusted !== false && step.rate < rate);
    this.held = Math.max(0, ...lower.map((step) => step.rate));
    this.heldTimes = lower.filter((step) => step.rate === this.held).length;
  }

  private isNarrow(precision = this.precision): boolean {
    return this.failed / this.held <= 1 + precision;
  }

  private outcome(): CapacityResult['outcome'] {
    if (this.generatorLimited && this.steps.some(({ trusted, rate }) => trusted === false && rate === this.failed))
      return 'generator limit';
    if (this.held === 0)
      return this.next() === undefined && this.steps.length < this.maxSteps ? 'below start' : 'steps spent';
    if (this.failed === Infinity) return this.held >= this.options.capRate ? 'above cap' : 'steps spent';
    return this.isNarrow() ? 'found' : 'steps spent';
  }
}

/** Requests in the target at a time are rate times response time (Little 1961). */
function pointOf({ achievedRate, meanMs }: StepRecord): UslPoint {
  return { concurrency: (achievedRate * meanMs) / 1_000, rate: achievedRate };
}
