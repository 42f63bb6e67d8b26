/** A search for the capacity as it might have been, of a target that bends and then falls, for tests and for looking at. */
import type { CapacityStepView, CapacityView } from '@loadstar/shared';

const asked = [50, 100, 200, 400, 800, 565.7, 475.7, 436.2, 417.7, 408.7, 400];
const limit = 405;

export function sampleCapacity(): CapacityView {
  const steps = asked.map((rate, index): CapacityStepView => {
    const passed = rate <= limit;
    const achievedRate = passed ? rate : limit - (rate - limit) / 8;
    const failRatio = passed ? 0 : 1 - achievedRate / rate;
    return {
      number: index + 1,
      rate,
      fromSeconds: index * 35,
      seconds: 30,
      passed,
      trusted: true,
      achievedRate,
      meanMs: 9 + (rate / 90) ** 1.6,
      p95Ms: 21 + (rate / 60) ** 1.8,
      failRatio,
      reason: passed ? null : `request_failed rate<0.01: ${failRatio.toFixed(3)} is not < 0.01`,
    };
  });
  return {
    outcome: 'found',
    capacity: 400,
    failedRate: 408.7,
    estimate: 404.3,
    confirmed: true,
    capRate: 2_000,
    knee: { concurrency: 22, peakRate: 411, peakLow: 396, peakHigh: 431 },
    steps,
    running: null,
  };
}
