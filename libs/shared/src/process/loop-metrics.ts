/**
 * `nodejs_eventloop_lag_*` under prom-client's names, from a watch that sleeps while nobody reads. prom-client's own
 * watch never sleeps and cannot be left out of its default metrics.
 */
import type { Gauge, GaugeConfiguration, Registry } from 'prom-client';
import { type LoopDelays, LoopWatch } from './loop-watch.js';

/** As `eventLoopMonitoringPrecision` of prom-client, milliseconds: its own watch looks once in twelve days. */
export const ownWatchMs = 1e9;

const helpOf: readonly (readonly [name: string, key: keyof LoopDelays, help: string])[] = [
  ['nodejs_eventloop_lag_seconds', 'last', 'Lag of event loop in seconds.'],
  ['nodejs_eventloop_lag_min_seconds', 'min', 'The minimum recorded event loop delay.'],
  ['nodejs_eventloop_lag_max_seconds', 'max', 'The maximum recorded event loop delay.'],
  ['nodejs_eventloop_lag_mean_seconds', 'mean', 'The mean of the recorded event loop delays.'],
  ['nodejs_eventloop_lag_stddev_seconds', 'stddev', 'The standard deviation of the recorded event loop delays.'],
  ['nodejs_eventloop_lag_p50_seconds', 'p50', 'The 50th percentile of the recorded event loop delays.'],
  ['nodejs_eventloop_lag_p90_seconds', 'p90', 'The 90th percentile of the recorded event loop delays.'],
  ['nodejs_eventloop_lag_p99_seconds', 'p99', 'The 99th percentile of the recorded event loop delays.'],
];

/**
 * Puts our watch in the place of prom-client's.
 * @param registry one that has its default metrics
 * @param gauge prom-client's class, so that who only reads types of this library does not load it
 */
export function watchLoopWhenRead(
  registry: Registry,
  gauge: new (configuration: GaugeConfiguration<string>) => Gauge,
  watch: Pick<LoopWatch, 'read'> = new LoopWatch(),
): void {
  for (const [name, key, help] of helpOf) {
    registry.removeSingleMetric(name);
    // All eight are asked in one turn, and share a reading.
    new gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        const delays = await watch.read();
        if (delays) this.set(delays[key]);
        else this.remove();
      },
    });
  }
}
