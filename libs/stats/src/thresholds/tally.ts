/**
 * What one selector matched over some time: of a whole run, of a second, or of a window of seconds. Everything that a
 * threshold can ask is answered from here, so that the three are judged by the same words.
 */
import { Histogram, type HistogramParts } from '../histogram/histogram.js';
import type { RunStats } from '../run-stats/run-stats.js';
import type { Series } from '../run-stats/series.js';
import { metrics, type Statistic, type Threshold } from './threshold.js';

export type Selector = Pick<Threshold, 'metric' | 'tags' | 'scenarios'>;

/** A tally that is only kept, small. */
export interface TallyParts {
  readonly part: number;
  readonly whole: number;
  readonly begun: number;
  readonly ended: number;
  readonly times: HistogramParts | undefined;
}

export class Tally {
  /** What is counted: failed requests, passed checks, iterations, bytes ... */
  part = 0;
  /** Of how many; for counters whatever shows that something ran, so that a count of 0 is told from no data. */
  whole = 0;
  /** Attempts (or iterations, for what is counted by them) that began and that ended. */
  begun = 0;
  ended = 0;
  readonly times = new Histogram();

  static of(selector: Selector, stats: RunStats): Tally {
    return new Tally().take(selector, stats);
  }

  /** Adds what a value of the run's numbers holds for the selector. */
  take(selector: Selector, stats: RunStats): this {
    const { metric } = selector;
    const { iterations } = stats;
    switch (metric) {
      case 'connect_duration':
        this.times.merge(stats.connect);
        break;
      case 'schedule_lag':
        this.times.merge(stats.lag);
        break;
      case 'iterations':
        this.part += iterations.finished + iterations.failed;
        this.whole += iterations.finished + iterations.failed;
        break;
      case 'dropped_arrivals':
        this.part += stats.droppedArrivals;
        this.whole += iterations.started + stats.droppedArrivals;
        break;
      case 'checks':
        for (const { name, passes, failures } of stats.checks) {
          if ((selector.tags.check ?? name) !== name) continue;
          this.part += passes;
          this.whole += passes + failures;
        }
        break;
      case 'users':
        break;
      default:
        for (const series of stats.allSeries()) if (matches(selector, series)) this.takeSeries(metric, series);
        return this;
    }
    this.begun += iterations.started;
    this.ended += iterations.finished + iterations.failed + iterations.interrupted;
    return this;
  }

  merge(other: Tally): this {
    this.add(other);
    this.times.merge(other.times);
    return this;
  }

  mergeParts(parts: TallyParts): this {
    this.add(parts);
    if (parts.times !== undefined) this.times.mergeParts(parts.times);
    return this;
  }

  toParts(): TallyParts {
    const { part, whole, begun, ended, times } = this;
    return { part, whole, begun, ended, times: times.count === 0 ? undefined : times.toParts() };
  }

  /** Whether anything was measured. */
  get hasData(): boolean {
    return this.whole > 0 || this.times.count > 0;
  }

  /**
   * The value in the unit of the expression; undefined without data.
   * @param seconds that the tally covers, for rates
   */
  measure({ metric, statistic }: Pick<Threshold, 'metric' | 'statistic'>, seconds: number): number | undefined {
    switch (metrics[metric].family) {
      case 'times':
        return ofHistogram(statistic, this.times);
      case 'counter':
        if (this.whole === 0) return undefined;
        return statistic.kind === 'count' ? this.part : this.part / Math.max(seconds, 1e-9);
      case 'share':
        if (this.whole === 0) return undefined;
        if (statistic.kind === 'count') return this.part;
        if (statistic.kind !== 'burn') return this.part / this.whole;
        return (metric === 'checks' ? this.whole - this.part : this.part) / this.whole / (1 - statistic.objective);
      case 'gauge':
        return undefined;
    }
  }

  private takeSeries(metric: Selector['metric'], series: Series): void {
    const { requests } = series;
    this.begun += series.started;
    this.ended += requests;
    switch (metric) {
      case 'request_duration':
        this.times.merge(series.ok.response).merge(series.failed.response);
        return;
      case 'service_duration':
        this.times.merge(series.ok.service).merge(series.failed.service);
        return;
      case 'request_failed':
        this.part += series.failures;
        break;
      case 'data_received':
        this.part += series.bytesReceived;
        break;
      case 'data_sent':
        this.part += series.bytesSent;
        break;
      default:
        this.part += requests;
    }
    this.whole += requests;
  }

  private add(other: Omit<TallyParts, 'times'>): void {
    this.part += other.part;
    this.whole += other.whole;
    this.begun += other.begun;
    this.ended += other.ended;
  }
}

function matches({ tags, scenarios }: Selector, { key }: Series): boolean {
  // A series of a scenario is counted under the scenario's name in the place of a user class.
  return (
    (tags.name ?? key.name) === key.name &&
    (tags.method ?? key.method) === key.method &&
    (tags.user_class ?? key.userClass) === key.userClass &&
    (tags.scenario ?? key.userClass) === key.userClass &&
    (scenarios === undefined || scenarios.includes(key.userClass))
  );
}

/** Milliseconds, but for a count. */
function ofHistogram(statistic: Statistic, histogram: Histogram): number | undefined {
  if (histogram.count === 0) return undefined;
  switch (statistic.kind) {
    case 'avg':
      return histogram.meanUs / 1_000;
    case 'min':
      return histogram.minUs / 1_000;
    case 'max':
      return histogram.maxUs / 1_000;
    case 'med':
      return histogram.percentile(50) / 1_000;
    case 'percentile':
      return histogram.percentile(statistic.percentile) / 1_000;
    default:
      return histogram.count;
  }
}
