import type { LoadStage } from '../plan/scenario-load.js';

/**
 * Users of the whole run along stages: straight lines from target to target. Rising, a user comes when its whole place
 * is reached; falling, it goes when it is left: both ends of a stage are met exactly, as in k6.
 * @param elapsedMs milliseconds from the start of the stages
 */
export function usersOnRamp(start: number, stages: readonly LoadStage[], elapsedMs: number): number {
  let from = start;
  let startMs = 0;
  for (const { duration, target } of stages) {
    const lengthMs = duration * 1000;
    if (elapsedMs < startMs + lengthMs) {
      const level = from + ((target - from) * Math.max(0, elapsedMs - startMs)) / lengthMs;
      return target >= from ? Math.floor(level + 1e-9) : Math.ceil(level - 1e-9);
    }
    startMs += lengthMs;
    from = target;
  }
  return from;
}
