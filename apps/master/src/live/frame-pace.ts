/**
 * When the next live frame is due: one a second, and soon after the workers of a run have reported, which all do at the
 * same moment of each second of run time. A frame at any other moment would show numbers that are up to a second old.
 */
const frameMs = 1_000;
/** When in a second of run time the reports have arrived: workers send 150 ms after it, a large fleet takes a while to be heard. */
const reportedMs = 350;
/** Most that a frame is moved at once, so that clients see an even pace. */
const mostMs = 250;

/** @param elapsedMs milliseconds of run time of the run that is shown; 0 when there is none @returns milliseconds */
export function nextFrameMs(elapsedMs: number): number {
  if (elapsedMs <= 0) return frameMs;
  const into = (elapsedMs - reportedMs) % frameMs;
  // From half a second too early to half a second too late.
  const lateMs = into < -frameMs / 2 ? into + frameMs : into > frameMs / 2 ? into - frameMs : into;
  return frameMs - Math.min(mostMs, Math.max(-mostMs, lateMs));
}
