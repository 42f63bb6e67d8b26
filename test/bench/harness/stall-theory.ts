/**
 * What queueing theory says about a server that stalls. Arrivals come evenly at `rate` a second for `seconds`; the server
 * answers nothing for `stallMs`, then works off what has gathered at `drainRate` a second, first come first served. In
 * the fluid limit an arrival `t` ms after the stall began is answered `rate * t / drainRate` ms after its end, so that it
 * has waited `stallMs - t (1 - rate / drainRate)`, until that is nothing.
 */
export const stallMs = 1_000;
export const stallAtMs = 3_000;
/** From the stall's end: in this time the server counts its answers. Short, so that the gathered ones do not run out. */
export const drainWindowMs = 20;

/** Response time in milliseconds at a percentile of the whole run. */
export function stallResponseMs(percentile: number, rate: number, seconds: number, drainRate: number): number {
  const slope = 1 - rate / drainRate;
  // The part of the run's arrivals that waited longest; they came one after the other from the stall's beginning on.
  const share = 1 - percentile / 100;
  return Math.max(0, stallMs - share * seconds * 1_000 * slope);
}
