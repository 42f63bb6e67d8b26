/**
 * How long silence and starts may last; part of the master's settings. Workers have none of their own: they are told by the
 * welcome and by each start, so that both ends go by the same numbers. Why the defaults are what they are:
 * docs/architecture.md, "Timings".
 */
import { type ControlTimings, defaultTimings } from '@loadstar/protocol';
import { type FieldProblem, LoadstarError, setting } from '@loadstar/shared';
import type { z } from 'zod';
import { defaultRunTimings, type RunTimings } from '../runs/run-state.js';

/** Milliseconds. All but the last count from the last sign of life. */
export interface TimingSettings {
  /** Silence after which a worker is suspected, and after which it is lost. */
  readonly suspectMs: number;
  readonly lostMs: number;
  /** Silence after which a worker begins nothing, and after which others get its share, in runs that are rebalanced. */
  readonly fenceMs: number;
  readonly reassignMs: number;
  /** Silence of the master after which a worker ends its load softly, and after which at once. */
  readonly drainMs: number;
  readonly stopMs: number;
  /** How long all workers together may take to get ready for a run. */
  readonly startBarrierMs: number;
}

export const defaultTimingSettings: TimingSettings = {
  suspectMs: defaultTimings.suspectMs,
  lostMs: defaultTimings.lostMs,
  fenceMs: defaultTimings.fenceMs,
  reassignMs: defaultTimings.lostMs + defaultRunTimings.reassignMs,
  drainMs: defaultTimings.drainMs,
  stopMs: defaultTimings.stopMs,
  startBarrierMs: defaultRunTimings.startBarrierMs,
};

const usual = defaultTimingSettings;
/** How long the lease of the master that leads holds when it is not renewed, milliseconds. */
export const leaseMs = 4_000;
/** Workers look for a master at least as long as a lease runs out and a standby takes over, which is another second or so. */
const leastDrainMs = leaseMs + 2_000;
/** What a start may take besides barrier and setup, milliseconds: building the scenario, and workers that are just ending. */
const otherStartMs = 60_000;
/** Two beats: less would take one late message for a death. */
const leastMs = 2_000;
const mostMs = 3_600_000;

/**
 * All in milliseconds, 2000..3600000. `LOADSTAR_SUSPECT_MS` < `LOADSTAR_FENCE_MS` < `LOADSTAR_LOST_MS` ≤ `LOADSTAR_REASSIGN_MS`,
 * and `LOADSTAR_LOST_MS` < `LOADSTAR_ORPHAN_DRAIN_MS` < `LOADSTAR_ORPHAN_STOP_MS` · `LOADSTAR_START_BARRIER_MS` by itself.
 * What is fixed has its place in the order, too: a failover before `LOADSTAR_ORPHAN_DRAIN_MS`, forgetting after `LOADSTAR_LOST_MS`.
 */
export const timingVariables = {
  LOADSTAR_SUSPECT_MS: setting.integer(usual.suspectMs, leastMs, mostMs),
  LOADSTAR_FENCE_MS: setting.integer(usual.fenceMs, leastMs, mostMs),
  LOADSTAR_LOST_MS: setting.integer(usual.lostMs, leastMs, mostMs),
  LOADSTAR_REASSIGN_MS: setting.integer(usual.reassignMs, leastMs, mostMs),
  LOADSTAR_ORPHAN_DRAIN_MS: setting.integer(usual.drainMs, leastMs, mostMs),
  LOADSTAR_ORPHAN_STOP_MS: setting.integer(usual.stopMs, leastMs, mostMs),
  LOADSTAR_START_BARRIER_MS: setting.integer(usual.startBarrierMs, leastMs, mostMs),
};

type Variable = keyof typeof timingVariables;
type Read = z.output<z.ZodObject<typeof timingVariables>>;

/** What has to come before what, and why. */
const order: readonly (readonly [earlier: Variable, later: Variable, why: string])[] = [
  ['LOADSTAR_SUSPECT_MS', 'LOADSTAR_FENCE_MS', 'a worker is suspected before it holds still'],
  ['LOADSTAR_FENCE_MS', 'LOADSTAR_LOST_MS', 'a worker has to hold still before it is given up'],
  [
    'LOADSTAR_LOST_MS',
    'LOADSTAR_ORPHAN_DRAIN_MS',
    'workers wait for a master that restarts, which waits for them until they are lost',
  ],
  ['LOADSTAR_ORPHAN_DRAIN_MS', 'LOADSTAR_ORPHAN_STOP_MS', 'load ends softly before it is cut off'],
];

/** @throws LoadstarError INVALID_CONFIG naming each variable that is not in its order */
export function timingSettings(read: Read): TimingSettings {
  const fields = order
    .filter(([earlier, later]) => read[earlier] >= read[later])
    .map(([field, later, why]): FieldProblem => ({ field, problem: `less than ${later} (${read[later]}): ${why}` }));
  if (read.LOADSTAR_REASSIGN_MS < read.LOADSTAR_LOST_MS) {
    const problem = `at least LOADSTAR_LOST_MS (${read.LOADSTAR_LOST_MS}): only who is given up is replaced`;
    fields.push({ field: 'LOADSTAR_REASSIGN_MS', problem });
  }
  fields.push(...againstFixed(read));
  if (fields.length > 0) {
    const detail = fields.map(({ field, problem }) => `${field}: ${problem}`).join('; ');
    throw new LoadstarError('INVALID_CONFIG', { detail }, fields);
  }
  return {
    suspectMs: read.LOADSTAR_SUSPECT_MS,
    lostMs: read.LOADSTAR_LOST_MS,
    fenceMs: read.LOADSTAR_FENCE_MS,
    reassignMs: read.LOADSTAR_REASSIGN_MS,
    drainMs: read.LOADSTAR_ORPHAN_DRAIN_MS,
    stopMs: read.LOADSTAR_ORPHAN_STOP_MS,
    startBarrierMs: read.LOADSTAR_START_BARRIER_MS,
  };
}

function againstFixed(read: Read): FieldProblem[] {
  const fields: FieldProblem[] = [];
  if (read.LOADSTAR_ORPHAN_DRAIN_MS < leastDrainMs) {
    const problem = `at least ${leastDrainMs}: until then a standby may not have taken over from a master that died (lease ${leaseMs})`;
    fields.push({ field: 'LOADSTAR_ORPHAN_DRAIN_MS', problem });
  }
  if (read.LOADSTAR_LOST_MS >= defaultTimings.forgetMs) {
    const problem = `less than ${defaultTimings.forgetMs}: after this silence a lost worker is forgotten`;
    fields.push({ field: 'LOADSTAR_LOST_MS', problem });
  }
  return fields;
}

/** How long a standby waits until the leader begins its answer, milliseconds: longer than the longest start. */
export function answerMsOf({ startBarrierMs }: TimingSettings): number {
  return startBarrierMs + defaultRunTimings.hookMs + otherStartMs;
}

/** What the control channel goes by. */
export function controlTimingsOf({ suspectMs, lostMs, fenceMs, drainMs, stopMs }: TimingSettings): ControlTimings {
  return { ...defaultTimings, suspectMs, lostMs, fenceMs, drainMs, stopMs };
}

/** What runs go by; they count from the moment at which a worker is given up. */
export function runTimingsOf({ lostMs, reassignMs, startBarrierMs }: TimingSettings): RunTimings {
  return { ...defaultRunTimings, startBarrierMs, reassignMs: reassignMs - lostMs };
}
