/**
 * When the next live frame is due. The workers of a small fleet report at nearly one moment of each second of run time,
 * and a frame soon after it shows numbers that are young; at any other moment they would be up to a second old. Those of a
 * large one spread their reports over the second, so that a frame is due several times in it.
 */
const frameMs = 1_000;
/** When in a second of run time a small fleet has reported (workers have their numbers 150 ms after it), milliseconds. */
const reportedMs = 250;
/** What each further worker adds: its moment for reporting (`reportDelayMs` of @loadstar/protocol) and taking it in. */
const eachWorkerMs = 1;
/** From so many workers on one moment does not do. */
const largeFleet = 100;
const largeFleetMs = 150;
/** Most that a frame is moved at once, so that clients see an even pace. */
const mostMs = 250;

/**
 * @param elapsedMs milliseconds of run time of the run that is shown; 0 when there is none
 * @param workers that there are
 * @returns milliseconds
 */
export function nextFrameMs(elapsedMs: number, workers: number): number {
  if (elapsedMs <= 0) return frameMs;
  if (workers > largeFleet) return largeFleetMs;
  const into = (elapsedMs - (reportedMs + workers * eachWorkerMs)) % frameMs;
  // From half a second too early to half a second too late.
  const lateMs = into < -frameMs / 2 ? into + frameMs : into > frameMs / 2 ? into - frameMs : into;
  return frameMs - Math.min(mostMs, Math.max(-mostMs, lateMs));
}
