/** Turns our fine histograms into Prometheus ones with fixed bounds. */
import type { Histogram } from '@loadstar/stats';
import type { ExponentialPoint } from '@loadstar/telemetry';
import type { Sample } from './computed-metrics.js';
import { exponentialPoint } from './exponential-buckets.js';

/** Upper bounds in seconds: dense where service levels are set, from a loopback's millisecond to a minute. */
export const boundsSeconds = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.75, 1, 1.5, 2, 2.5, 5, 10, 30,
  60,
] as const;

/** A request that a bucket leads to, in seconds and Unix time. */
export interface Exemplar {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly timestamp: number;
}

/** Number of the bucket that a time belongs to; above the last bound it is the number of bounds. */
export function bucketPlace(ms: number): number {
  const place = boundsSeconds.findIndex((bound) => ms <= bound * 1000);
  return place === -1 ? boundsSeconds.length : place;
}

const noExemplars = (): undefined => undefined;

const boundsUs = boundsSeconds.map((seconds) => Math.round(seconds * 1e6));

/** Counts by bound; the last place is for everything above. */
export class DurationBuckets {
  readonly #counts = new Float64Array(boundsUs.length + 1);
  readonly #parts: Histogram[] = [];
  #count = 0;
  #sumUs = 0;

  get count(): number {
    return this.#count;
  }

  /** A fine bucket that lies across a bound (they are 0.1 % wide) goes above it: nothing looks faster than it was. */
  add(histogram: Histogram): this {
    let place = 0;
    histogram.forEachBucket((_lowUs, highUs, count) => {
      while (place < boundsUs.length && highUs > (boundsUs[place] ?? Infinity)) place++;
      this.#counts[place] = (this.#counts[place] ?? 0) + count;
    });
    this.#parts.push(histogram);
    this.#count += histogram.count;
    this.#sumUs += histogram.sumUs;
    return this;
  }

  /** The same numbers in buckets that grow by a constant factor. */
  exponential(labels: Record<string, string>): ExponentialPoint {
    return exponentialPoint(this.#parts, labels);
  }

  /** The lines of one series of a Prometheus histogram: cumulative buckets, sum in seconds, count. */
  samples(
    name: string,
    labels: Record<string, string>,
    exemplarAt: (place: number) => Exemplar | undefined = noExemplars,
  ): Sample[] {
    const samples: Sample[] = [];
    let cumulative = 0;
    boundsSeconds.forEach((le, place) => {
      cumulative += this.#counts[place] ?? 0;
      const bucket = { metricName: `${name}_bucket`, labels: { ...labels, le }, value: cumulative };
      samples.push({ ...bucket, exemplar: exemplarAt(place) });
    });
    const last = { metricName: `${name}_bucket`, labels: { ...labels, le: '+Inf' }, value: this.#count };
    samples.push({ ...last, exemplar: exemplarAt(boundsUs.length) });
    samples.push({ metricName: `${name}_sum`, labels, value: this.#sumUs / 1e6 });
    samples.push({ metricName: `${name}_count`, labels, value: this.#count });
    return samples;
  }
}
