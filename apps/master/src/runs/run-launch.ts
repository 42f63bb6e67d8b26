/**
 * The way from "wanted" to "everybody is ready": every worker loads the scenario, one of them runs its `setup`. Nothing
 * generates load yet, so a failure anywhere means that nobody starts.
 */
import type { WorkerLink } from '@loadstar/protocol';
import { type Clock, LoadstarError, type RunPlan, type ScenarioDescription } from '@loadstar/shared';
import type { ScenarioBundle } from '../scenarios/scenario-catalogue.js';
import { paced } from './paced.js';
import type { RunTimings } from './run-state.js';

/** Errors of the scenario itself: they are the same on every worker and are told as they are. */
const scenarioErrors = new Set([
  'SCENARIO_INVALID',
  'SCENARIO_THREW',
  'SCENARIO_COMPILE',
  'TARGET_BLOCKED',
  'INVALID_HOST',
]);

/**
 * Has every worker prepare, and waits for all of them.
 * @param isWanted whether the run is still to be started
 * @throws LoadstarError START_BARRIER after the time limit, PREPARE_FAILED naming the worker, or the scenario's own error
 */
export async function prepareAll(
  links: readonly WorkerLink[],
  plan: RunPlan,
  bundle: ScenarioBundle,
  clock: Clock,
  limitMs: number,
  isWanted: () => boolean,
): Promise<ScenarioDescription> {
  const all = paced(clock, links, (link) => prepareOne(link, plan, bundle, limitMs), isWanted);
  const [description] = await within(clock, limitMs, all, () => new LoadstarError('START_BARRIER', { limitMs }));
  if (!description) throw new LoadstarError('NO_WORKERS');
  return description;
}

/** @throws LoadstarError PREPARE_FAILED, or the scenario's own error */
export async function prepareOne(
  link: WorkerLink,
  plan: RunPlan,
  bundle: ScenarioBundle,
  limitMs: number,
): Promise<ScenarioDescription> {
  try {
    // The barrier is the judge of lateness, so that it can say so in its own words.
    return await link.prepare(plan, bundle, 2 * limitMs);
  } catch (error) {
    if (error instanceof LoadstarError && scenarioErrors.has(error.code)) throw error;
    throw prepareFailed(link, error);
  }
}

/** @throws LoadstarError SETUP_FAILED */
export async function runSetup(link: WorkerLink, runId: string, timings: RunTimings): Promise<unknown> {
  try {
    return await link.setup(runId, timings.hookMs);
  } catch (error) {
    if (error instanceof LoadstarError && error.code === 'SETUP_FAILED') throw error;
    throw new LoadstarError('SETUP_FAILED', { detail: messageOf(error) }, [], { cause: error });
  }
}

export function prepareFailed(link: WorkerLink, error: unknown): LoadstarError {
  const details = { worker: link.id, detail: messageOf(error) };
  return new LoadstarError('PREPARE_FAILED', details, [], { cause: error });
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Waits for work, but not longer than the limit. The work itself is not stopped. */
export async function within<T>(clock: Clock, limitMs: number, work: Promise<T>, late: () => Error): Promise<T> {
  let timer: { cancel(): void } | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = clock.setTimeout(() => reject(late()), limitMs).unref();
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    timer?.cancel();
  }
}
