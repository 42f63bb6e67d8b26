import type { RunView, SeriesPoint, WorkerView } from '@loadstar/shared';
import { eventually } from '../eventually.js';
import { arrived, type WitnessAccount } from './identity.js';
import type { Scene } from './scene.js';

/**
 * What a run looks like to which nothing happened, although something did. The load is unbroken when no three seconds of
 * it have less than half or more than one and a half of the plan, and all of it together lacks no more than a fifth and
 * exceeds it by no more than a tenth: a gap, or a worker that carries another's share too, shows as more than that, and a
 * busy machine alone does not (starved of its processors it was seen to lack 14 %). What a user beside the tested ones could
 * not keep of its plan either, because the machine stood still, is not expected of these (`Scene.pace`).
 */
const windowMs = 3_000;
const ofWindow = 0.5;
export const ofAll = 0.1;
const mostLacking = 0.2;

/** Part of its plan that a user beside the tested ones has kept between two moments of the run, milliseconds. */
type Kept = (fromMs: number, toMs: number) => number;

export interface Expected {
  /** Requests per second that are planned. */
  readonly rate: number;
  /** Planned length, seconds. */
  readonly seconds: number;
}

/** Lowest and highest number of requests per second in any three seconds of a part of the run, the lowest of what could be. */
function extremes(
  witness: WitnessAccount,
  fromMs: number,
  toMs: number,
  kept: Kept,
): [lowest: number, highest: number] {
  let [lowest, highest] = [Infinity, 0];
  for (let atMs = fromMs; atMs + windowMs <= toMs; atMs += 500) {
    const rate = (arrived(witness, atMs, atMs + windowMs) * 1_000) / windowMs;
    lowest = Math.min(lowest, rate / kept(atMs, atMs + windowMs));
    highest = Math.max(highest, rate);
  }
  return [lowest, highest];
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
  const witness = await stage.witness(runId);
  const { firstMs = 0 } = witness;
  expectUnbroken(witness, { rate, seconds }, (fromMs, toMs) => stage.kept(firstMs + fromMs, firstMs + toMs));
}

export function expectUnbroken(witness: WitnessAccount, { rate, seconds }: Expected, kept: Kept = () => 1): void {
  const [fromMs, toMs] = [2_000, (seconds - 1) * 1_000];
  const [lowest, highest] = extremes(witness, fromMs, toMs, kept);
  const all = (arrived(witness, fromMs, toMs) * 1_000) / (toMs - fromMs);
  process.stdout.write(
    `  a second: ${Math.round(all)} of ${rate}, in any 3 s ${Math.round(lowest)} to ${Math.round(highest)}\n`,
  );
  expect(lowest).toBeGreaterThanOrEqual((1 - ofWindow) * rate);
  expect(highest).toBeLessThanOrEqual((1 + ofWindow) * rate);
  expect(all).toBeGreaterThanOrEqual((1 - mostLacking) * kept(fromMs, toMs) * rate);
  expect(all).toBeLessThanOrEqual((1 + ofAll) * rate);
}

/** Waits until so many workers are in their run. */
export async function expectBack(stage: Scene, count: number): Promise<void> {
  const isThere = ({ state }: WorkerView): boolean => state === 'running' || state === 'spawning';
  await eventually(async () => {
    const seen = await stage.workersSeen();
    if (seen.filter(isThere).length < count) throw new Error(`not ${count} are back: ${JSON.stringify(seen)}`);
  }, 40_000);
}

/** Ids of all runs that the master knows, in the order in which they came. */
export async function allRuns(stage: Scene): Promise<string[]> {
  return (await stage.get<RunView[]>('/api/v1/runs')).map(({ id }) => id).toReversed();
}
