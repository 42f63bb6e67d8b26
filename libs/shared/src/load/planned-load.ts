/**
 * What a plan will ask for over time, before anything is started: the same tracks that the engines follow, looked at in
 * steps. Nobody needs a worker or the scenario's code for it; of a shape its curve was taken when the file was read.
 */
import type { LoadPlan } from '../plan/plan.js';
import type { ShapeCurve } from '../plan/scenario-description.js';
import { describeScenarioLoad, scenarioEndSeconds } from '../plan/scenario-facts.js';
import type { ScenarioLoad } from '../plan/scenario-load.js';
import { LevelTrack } from './level-track.js';
import { RateTrack, rampingRate } from './rate-track.js';
import { usersOnRamp } from './vu-ramp.js';

/** One line of the preview: the users or the arrivals of the whole run, or of one scenario. */
export interface PlannedLine {
  /** Name of the scenario; null for the whole run. */
  name: string | null;
  /** In words. */
  about: string;
  /** What the values are: users, or iterations started per second. */
  unit: 'users' | 'arrivals';
  /** One value a step; null where the line has none. */
  values: (number | null)[];
}

export interface PlannedLoad {
  /** Seconds from the start of each value. */
  seconds: number[];
  lines: PlannedLine[];
  /** Seconds after which the run ends by itself; null when it runs until stopped. */
  endSeconds: number | null;
  /** Most users at once, as far as the plan says. */
  peakUsers: number;
}

const steps = 240;
/** How much of a plan without an end is shown, seconds at the least. */
const leastShown = 10;

/**
 * @param curve of the shape that is followed; a shape without one has no lines
 * @param maxUsers ceiling of the platform
 */
export function plannedLoad(load: LoadPlan, maxUsers: number, curve?: ShapeCurve): PlannedLoad {
  if (load.kind === 'scenarios') return plannedScenarios(load.scenarios, secondsOf(load.runTimeMs));
  const track = load.kind === 'users' ? new LevelTrack() : undefined;
  if (load.kind === 'users') track?.change(0, Math.min(load.users, maxUsers), load.spawnRate);
  const ramp = load.kind === 'users' ? load.users / load.spawnRate : 0;
  const end = Math.min(secondsOf(load.runTimeMs) ?? Infinity, curve?.endSeconds ?? Infinity);
  const shown = end === Infinity ? Math.max(2.5 * ramp, ramp + leastShown, lengthOf(curve)) : end;
  const seconds = moments(shown);
  const usersAt = (second: number): number | null =>
    track ? track.usersAt(second * 1000) : curve ? Math.min(maxUsers, valueOf(curve, second)) : null;
  const values = seconds.map(usersAt);
  const lines: PlannedLine[] = track || curve ? [{ name: null, about: 'users', unit: 'users', values }] : [];
  return {
    seconds,
    lines,
    endSeconds: end === Infinity ? null : end,
    peakUsers: Math.max(0, ...values.map((value) => value ?? 0)),
  };
}

function plannedScenarios(scenarios: readonly ScenarioLoad[], runTime: number | undefined): PlannedLoad {
  const latest = Math.max(...scenarios.map(scenarioEndSeconds));
  const end = Math.min(runTime ?? Infinity, latest);
  const known = scenarios.map(scenarioEndSeconds).filter((each) => each !== Infinity);
  const shown = end === Infinity ? Math.max(60, ...known.map((each) => each * 1.2)) : end;
  const seconds = moments(shown);
  const lines = scenarios.map((load): PlannedLine => ({
    name: load.name,
    about: describeScenarioLoad(load),
    unit: 'preAllocatedVUs' in load ? 'arrivals' : 'users',
    values: valuesOf(load, seconds),
  }));
  const together = seconds.map((_second, index) =>
    lines.reduce((sum, { unit, values }) => sum + (unit === 'users' ? (values[index] ?? 0) : 0), 0),
  );
  const open = scenarios.reduce((sum, load) => sum + ('preAllocatedVUs' in load ? load.maxVUs : 0), 0);
  const peakUsers = Math.max(0, ...together) + open;
  return { seconds, lines, endSeconds: end === Infinity ? null : end, peakUsers };
}

function valuesOf(load: ScenarioLoad, seconds: readonly number[]): (number | null)[] {
  const end = scenarioEndSeconds(load);
  const at = lineOf(load);
  return seconds.map((second) => (second < load.startTime || second > end ? null : at(second - load.startTime)));
}

/** Users, or arrivals per second, by seconds from the scenario's own start. */
function lineOf(load: ScenarioLoad): (second: number) => number {
  switch (load.executor) {
    case 'ramping-vus':
      return (second) => usersOnRamp(load.startVUs, load.stages, second * 1000);
    case 'constant-arrival-rate': {
      const track = new RateTrack(load.timeUnit * 1000).append(load.duration * 1000, load.rate, load.rate);
      return (second) => rateAt(track, second) / load.timeUnit;
    }
    case 'ramping-arrival-rate': {
      const track = rampingRate(load);
      return (second) => rateAt(track, second) / load.timeUnit;
    }
    case 'find-capacity':
      // Where it goes after the first step is found out as it goes; never beyond the cap.
      return (second) => (second <= load.stepDuration ? load.startRate : load.maxRate) / load.timeUnit;
    default:
      return () => load.vus;
  }
}

/** The rate at the very end is that just before it: there the track itself has none any more. */
function rateAt(track: RateTrack, second: number): number {
  return track.rateAt(Math.min(second * 1000, track.endMs - 1e-3));
}

/** Evenly spread, both ends among them. */
function moments(shown: number): number[] {
  return Array.from({ length: steps + 1 }, (_value, index) => Math.round((shown * index * 1000) / steps) / 1000);
}

const secondsOf = (ms: number | undefined): number | undefined => (ms === undefined ? undefined : ms / 1000);

const lengthOf = (curve: ShapeCurve | undefined): number => (curve ? (curve.users.length - 1) * curve.everySeconds : 0);

function valueOf({ users, everySeconds }: ShapeCurve, second: number): number {
  const place = Math.min(second / everySeconds, users.length - 1);
  const before = users[Math.floor(place)] ?? 0;
  const after = users[Math.ceil(place)] ?? before;
  return Math.round(before + (after - before) * (place - Math.floor(place)));
}
