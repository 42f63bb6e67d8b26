/** The ceiling of arrivals per second: asked at the start, in the preview, at a change, and by the engine once more. */
import { LoadstarError } from '../errors/index.js';
import type { LoadPlan } from './plan.js';
import { peakRateOf, scenarioEndSeconds } from './scenario-facts.js';
import type { ScenarioChange } from './scenario-load.js';

/** Rates add up with rounding errors; what is this close, relatively, is no more than the ceiling. */
const tolerance = 1e-9;

/**
 * @param ceiling most arrivals per second of all open scenarios together; undefined: any
 * @param changes of rates, oldest first
 * @param fromSeconds run time from which on it has to hold: scenarios that have ended do not count
 * @throws LoadstarError RATE_CEILING
 */
export function checkRate(
  load: LoadPlan,
  ceiling: number | undefined,
  changes: readonly ScenarioChange[] = [],
  fromSeconds = 0,
): void {
  if (ceiling === undefined || load.kind !== 'scenarios') return;
  const ahead = load.scenarios.filter((scenario) => scenarioEndSeconds(scenario) > fromSeconds);
  const inForce = ahead.map((scenario) => {
    const rate = changes.findLast(({ name, rate: asked }) => name === scenario.name && asked !== undefined)?.rate;
    return rate !== undefined && scenario.executor === 'constant-arrival-rate' ? { ...scenario, rate } : scenario;
  });
  const rate = peakRateOf(inForce);
  if (rate > ceiling * (1 + tolerance)) {
    throw new LoadstarError('RATE_CEILING', { rate: Math.round(rate * 1000) / 1000, ceiling });
  }
}
