/** Turns our fine histograms into Prometheus ones with fixed bounds. */
import type { Histogram } from '@loadstar/stats';
import type { Sample } from './computed-metrics.js';

/** Upper bounds in seconds: dense where service levels are set, from a loopback's millisecond to a minute. */
export const boundsSeconds = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.75, 1, 1.5, 2, 2.5, 5, 10, 30,
  60,
] as const;

const boundsUs = boundsSeconds.map((seconds) => Math.round(seconds * 1e6));

/** Counts by bound; the last place is for everything above. */
export class DurationBuckets {
  readonly #counts = new Float64Array(boundsUs.length + 1);
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
    this.#count += histogram.count;
    this.#sumUs += histogram.sumUs;
    return this;
  }

  /** The lines of one series of a Prometheus histogram: cumulative buckets, sum in seconds, count. */
  samples(name: string, labels: Record<string, string>): Sample[] {
    const samples: Sample[] = [];
    let cumulative = 0;
    boundsSeconds.forEach((le, place) => {
      cumulative += this.#counts[place] ?? 0;
      samples.push({ metricName: `${name}_bucket`, labels: { ...labels, le }, value: cumulative });
    });
    samples.push({ metricName: `${name}_bucket`, labels: { ...labels, le: '+Inf' }, value: this.#count });
    samples.push({ metricName: `${name}_sum`, labels, value: this.#sumUs / 1e6 });
    samples.push({ metricName: `${name}_count`, labels, value: this.#count });
    return samples;
  }
}
