/** What a search for the capacity came to, in one phrase. */
import type { CapacityView } from '@loadstar/shared';
import { formatNumber } from './numbers.js';

/** `398/s, held twice; 407/s was not held (2.3% more)` */
export function capacityWords({ outcome, capacity, failedRate, confirmed, capRate, knee }: CapacityView): string {
  const rate = (value: number | null): string => (value === null ? 'no rate' : `${formatNumber(value)}/s`);
  const width = capacity === null || failedRate === null ? 0 : (failedRate / capacity - 1) * 100;
  const found = `${rate(capacity)}${confirmed ? ', held twice' : ''}; ${rate(failedRate)} was not held (${width.toFixed(1)}% more)`;
  const words = {
    searching: `still searching: ${rate(capacity)} was held`,
    found,
    'steps spent': `${found}; the steps were spent before it was known better`,
    'above cap': `even the cap of ${rate(capRate)} was held`,
    'below start': `not even ${rate(failedRate)} was held`,
    'generator limit': `${rate(capacity)} was held; the load generator gave out at ${rate(failedRate)}`,
  }[outcome];
  if (!knee || knee.peakRate === null || knee.peakLow === null || knee.peakHigh === null) return words;
  return `${words}; throughput would peak at ${rate(knee.peakRate)} (${rate(knee.peakLow)} to ${rate(knee.peakHigh)})`;
}
