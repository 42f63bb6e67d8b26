// What the typed load means over time: the preview beside the form, in words and as a curve.
import { durationWords } from '../format/durations.js';

export interface LoadWish {
  users: number;
  /** Users per second. */
  spawnRate: number;
  /** Null: until stopped. */
  runTimeSeconds: number | null;
}

export interface CurvePoint {
  second: number;
  users: number;
}

/** Seconds until all users are there. */
export function rampSeconds(wish: LoadWish): number {
  return wish.users / wish.spawnRate;
}

/** Corners of the planned curve, from 0 to the end of the run, or a while past the ramp when the run has no end. */
export function plannedCurve(wish: LoadWish): CurvePoint[] {
  const ramp = rampSeconds(wish);
  const end = wish.runTimeSeconds ?? Math.max(ramp * 2.5, ramp + 10);
  if (ramp >= end) return corners([0, 0], [end, wish.spawnRate * end]);
  return corners([0, 0], [ramp, wish.users], [end, wish.users]);
}

export function planWords(wish: LoadWish): string {
  const ramp = Math.ceil(rampSeconds(wish));
  const { users, runTimeSeconds } = wish;
  const people = `${users.toLocaleString()} user${users === 1 ? '' : 's'}`;
  if (runTimeSeconds !== null && ramp >= runTimeSeconds) {
    const reached = Math.floor(wish.spawnRate * runTimeSeconds).toLocaleString();
    return `The run ends after ${durationWords(runTimeSeconds)}, before all are there: about ${reached} of ${people}.`;
  }
  const rampPart = ramp <= 1 ? `${people} at once` : `Up to ${people} within ${durationWords(ramp)}`;
  if (runTimeSeconds === null) return `${rampPart}, then steady until stopped.`;
  return `${rampPart}, then steady for ${durationWords(runTimeSeconds - ramp)}.`;
}

function corners(...pairs: [number, number][]): CurvePoint[] {
  return pairs.map(([second, users]) => ({ second, users }));
}
