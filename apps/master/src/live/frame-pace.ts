/**
 * When the next live frame is due: one a second, and soon after the workers of a run have reported, which all do at the
 * same moment of each second of run time. A frame at any other moment would show numbers that are up to a second old.
 */
const frameMs = 1_000;
/** When in a second of run time a small fleet has reported (workers send 150 ms after it), milliseconds. */
const reportedMs = 250;
/** What each further worker adds, because reports are taken in one after the other; and the latest moment. */
const eachWorkerMs = 0.5;
const latestMs = 850;
/** Most that a frame is moved at once, so that clients see an even pace. */
const mostMs = 250;

/**
 * @param elapsedMs milliseconds of run time of the run that is shown; 0 when there is none
 * @param workers that there are
 * @returns milliseconds
 */
export function nextFrameMs(elapsedMs: number, workers: number): number {
  if (elapsedMs <= 0) return frameMs;
  const into = (elapsedMs - Math.min(latestMs, reportedMs + workers * eachWorkerMs)) % frameMs;
  // From half a second too early to half a second too late.
  const lateMs = into < -frameMs / 2 ? into + frameMs : into > frameMs / 2 ? into - frameMs : into;
  return frameMs - Math.min(mostMs, Math.max(-mostMs, lateMs));
}
