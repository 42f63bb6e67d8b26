import type { RunView, SeriesPoint, WorkerView } from '@loadstar/shared';
import { eventually } from '../eventually.js';
import { arrived, type WitnessAccount } from './identity.js';
import type { Scene } from './scene.js';

/**
 * What a run looks like to which nothing happened, although something did. The load is unbroken when no three seconds of
 * it have less than half or more than one and a half of the plan, and all of it together lacks no more than a fifth and
 * exceeds it by no more than a tenth: a gap, or a worker that carries another's share too, shows as more than that, and a
 * busy machine alone does not (starved of its processors it was seen to lack 14 %).
 */
const windowMs = 3_000;
const ofWindow = 0.5;
export const ofAll = 0.1;
const mostLacking = 0.2;

export interface Expected {
  /** Requests per second that are planned. */
  readonly rate: number;
  /** Planned length, seconds. */
  readonly seconds: number;
}

/** Lowest and highest number of requests per second in any three seconds of a part of the run. */
export function extremes(witness: WitnessAccount, fromMs: number, toMs: number): [lowest: number, highest: number] {
  const rates: number[] = [];
  for (let atMs = fromMs; atMs + windowMs <= toMs; atMs += 500) {
    rates.push((arrived(witness, atMs, atMs + windowMs) * 1_000) / windowMs);
  }
  return [Math.min(...rates), Math.max(...rates)];
}

/** The run ends as planned, counts exactly what arrived, is the only one, and its load was never interrupted. */
export async function expectAsIfNothingHappened(stage: Scene, runId: string, expected: Expected): Promise<void> {
  const { rate, seconds } = expected;
  const run = await stage.ended(runId);
  expect(run).toMatchObject({ id: runId, state: 'finished', unreportedAtMost: 0 });
  await stage.expectIdentity(runId, { lost: 0, dup: 0, phantom: 0 });
  const points = await stage.get<SeriesPoint[]>(`/api/v1/runs/${runId}/series`);
  const { requests } = await stage.ledger(runId);
  // What is drawn second by second is what is counted.
  expect(points.reduce((sum, point) => sum + point.requests, 0)).toBe(requests);
  expectUnbroken(await stage.witness(runId), { rate, seconds });
}

export function expectUnbroken(witness: WitnessAccount, { rate, seconds }: Expected): void {
  const [fromMs, toMs] = [2_000, (seconds - 1) * 1_000];
  const [lowest, highest] = extremes(witness, fromMs, toMs);
  const all = (arrived(witness, fromMs, toMs) * 1_000) / (toMs - fromMs);
  process.stdout.write(
    `  a second: ${Math.round(all)} of ${rate}, in any 3 s ${Math.round(lowest)} to ${Math.round(highest)}\n`,
  );
  expect(lowest).toBeGreaterThanOrEqual((1 - ofWindow) * rate);
  expect(highest).toBeLessThanOrEqual((1 + ofWindow) * rate);
  expect(all).toBeGreaterThanOrEqual((1 - mostLacking) * rate);
  expect(all).toBeLessThanOrEqual((1 + ofAll) * rate);
}

/** Waits until so many workers are in their run. */
export async function expectBack(stage: Scene, count: number): Promise<void> {
  const isThere = ({ state }: WorkerView): boolean => state === 'running' || state === 'spawning';
  await eventually(async () => {
    const seen = await stage.workersSeen();
    if (seen.filter(isThere).length < count) throw new Error(`not ${count} are back: ${JSON.stringify(seen)}`);
  }, 20_000);
}

/** Ids of all runs that the master knows, in the order in which they came. */
export async function allRuns(stage: Scene): Promise<string[]> {
  return (await stage.get<RunView[]>('/api/v1/runs')).map(({ id }) => id).toReversed();
}
