import { Gauge, Registry, collectDefaultMetrics } from 'prom-client';
import { VirtualClock } from '../clock/virtual-clock.js';
import { ownWatchMs, watchLoopWhenRead } from './loop-metrics.js';
import { keepWatchingMs, type LoopHistogram, LoopWatch, loopWatchMs } from './loop-watch.js';

/** Counts one delay of 60 ms at every second look, as Node does, while it is on. */
class ScriptedHistogram implements LoopHistogram {
  isOn = false;
  count = 0;
  min = 60e6;
  max = 60e6;
  mean = 60e6;
  stddev = 0;
  percentile = () => 60e6;
  enable = () => (this.isOn = true);
  disable = () => !(this.isOn = false);
  reset = () => void (this.count = 0);
}

function watched() {
  const clock = new VirtualClock();
  const histogram = new ScriptedHistogram();
  const tick = clock.setInterval(() => histogram.isOn && histogram.count++, 2 * loopWatchMs);
  return { clock, histogram, tick, watch: new LoopWatch(clock, () => histogram) };
}

it('sleeps until it is read, watches between readings, and sleeps again when nobody reads', async () => {
  const { clock, histogram, watch } = watched();
  await clock.advance(60_000);
  expect([histogram.isOn, histogram.count]).toEqual([false, 0]);
  const first = watch.read();
  await clock.advance(2 * loopWatchMs);
  expect(await first).toMatchObject({ p99: 0.06, max: 0.06 });
  await clock.advance(60_000);
  expect(histogram.count).toBeGreaterThan(500);
  expect(await watch.read()).toBeDefined();
  expect(histogram.count).toBe(0);
  await clock.advance(keepWatchingMs - 1);
  expect(histogram.isOn).toBe(true);
  await clock.advance(1);
  expect([histogram.isOn, histogram.count]).toEqual([false, 0]);
});

it('gives readers of the same moment one reading', async () => {
  const { clock, watch } = watched();
  const readings = Promise.all([watch.read(), watch.read()]);
  await clock.advance(2 * loopWatchMs);
  const [one, other] = await readings;
  expect(one).toBe(other);
  expect(await watch.read()).toBe(one);
  await clock.advance(2 * loopWatchMs);
  expect(await watch.read()).not.toBe(one);
});

it('tells nothing when the loop could not be looked at', async () => {
  const { clock, tick, watch } = watched();
  tick.cancel();
  const reading = watch.read();
  await clock.advance(1_000);
  expect(await reading).toBeUndefined();
});

it('takes the place of prom-client’s watch under all its names', async () => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: ownWatchMs });
  const names = () => registry.getMetricsAsArray().map(({ name }) => name);
  const before = names().sort();
  watchLoopWhenRead(registry, Gauge);
  expect(names().sort()).toEqual(before);
  const values = await Promise.all(
    before
      .filter((name) => name.startsWith('nodejs_eventloop_lag_'))
      .map(async (name) => (await registry.getSingleMetric(name)?.get())?.values[0]?.value ?? NaN),
  );
  expect(values).toHaveLength(8);
  for (const value of values) expect(value).toBeGreaterThanOrEqual(0);
});
