// What the typed load means over time, in words. The curve beside them is the master's, from what its engines follow.
import { durationWords } from '../format/durations.js';

export interface LoadWish {
  users: number;
  /** Users per second. */
  spawnRate: number;
  /** Null: until stopped. */
  runTimeSeconds: number | null;
}

/** Seconds until all users are there. */
export function rampSeconds(wish: LoadWish): number {
  return wish.users / wish.spawnRate;
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
