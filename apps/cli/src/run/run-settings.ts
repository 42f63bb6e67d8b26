import { parseThresholds } from '@loadstar/stats';
import {
  checkRate,
  chooseStopTimeoutMs,
  LoadstarError,
  type LoadPlan,
  newId,
  type ParameterValue,
  parseRunTime,
  readParameters,
  type RunPlan,
  type ScenarioDescription,
} from '@loadstar/shared';
import { checkCeiling, rateCeiling, userCeiling } from './user-ceiling.js';

/** What the flags of `loadstar run` ask for, and the plan that follows from them and from the scenario. */
export interface RunFlags {
  host?: string;
  users?: number;
  spawnRate?: number;
  /** Seconds. */
  runTime?: number;
  shape?: string;
  classes?: string[];
  processes: number;
  seed?: string;
  html?: string;
  /** A file, or true for the standard output. */
  json?: string | true;
  csv?: string;
  junit?: string;
  markdown?: string;
  hlog?: string;
  text?: string;
  /** A stored run: its file, or the name it was saved under. */
  baseline?: string;
  /** Name to save this run under as a baseline. */
  saveBaseline?: string;
  quiet: boolean;
  headless: boolean;
  allow: string[];
  /** Values of parameters, as written. */
  param: Record<string, string>;
  /** Seconds; undefined: as the scenario says. */
  stopTimeout?: number;
  /** Share of requests whose trace the far side is asked to record, 0..1; undefined: no trace context. */
  traceSampling?: number;
}

/** One user, one started per second: what Locust does when nothing is said. */
const defaultUsers = 1;
const defaultSpawnRate = 1;

/**
 * @param bundleHash hash of the bundle that the plan is for
 * @throws LoadstarError INVALID_HOST, INVALID_INPUT, USER_CEILING, RATE_CEILING, SCENARIO_INVALID for a threshold that cannot be read
 */
export function planRun(
  flags: RunFlags,
  scenario: { name: string; hash: string },
  description: ScenarioDescription,
): RunPlan {
  const load = chooseLoad(flags, description);
  const maxRate = rateCeiling();
  checkRate(load, maxRate);
  chooseParameters(flags.param, description);
  // A threshold that cannot be read must be known before anything starts, not when it is to be judged.
  parseThresholds(description.thresholds, load.kind === 'scenarios' ? load.scenarios : []);
  return {
    runId: newId(),
    scenario: scenario.name,
    bundleHash: scenario.hash,
    host: chooseHost(flags.host ?? description.host),
    seed: flags.seed ?? newId(8),
    load,
    userClasses: chooseClasses(flags.classes ?? [], description),
    classWeights: {},
    stopTimeoutMs: chooseStopTimeoutMs(msOf(flags.stopTimeout), description),
    identify: false,
    ...(flags.traceSampling === undefined ? {} : { traceSampling: flags.traceSampling }),
    ...(description.parameters ? { parameters: chooseParameters(flags.param, description) } : {}),
    limits: { maxUsers: userCeiling(), ...(maxRate === undefined ? {} : { maxRate }), allowedTargets: flags.allow },
  };
}

const msOf = (seconds: number | undefined): number | undefined => (seconds === undefined ? undefined : seconds * 1000);

function chooseHost(host: string | undefined): string {
  if (host === undefined) {
    throw new LoadstarError('INVALID_INPUT', { detail: 'no host is given, neither by --host nor in the scenario' }, [
      { field: '--host', problem: 'give a base URL, such as http://localhost:5001' },
    ]);
  }
  if (!/^https?:\/\/[^/]/i.test(host) || !URL.canParse(host)) throw new LoadstarError('INVALID_HOST', { host });
  return host.replace(/\/+$/, '');
}

/** The file's scenarios or its shape decide, unless users or a shape are asked for: Locust's precedence for shapes. */
function chooseLoad(flags: RunFlags, { shapes, scenarios = [] }: ScenarioDescription): LoadPlan {
  const runTimeMs = msOf(flags.runTime);
  if (scenarios.length > 0 && flags.users === undefined && flags.shape === undefined) {
    return checkCeiling({ kind: 'scenarios', scenarios, runTimeMs }, userCeiling());
  }
  const shape = flags.shape ?? (flags.users === undefined ? shapes[0] : undefined);
  if (shape === undefined) {
    const { users = defaultUsers, spawnRate = defaultSpawnRate } = flags;
    return checkCeiling({ kind: 'users', users, spawnRate, runTimeMs }, userCeiling());
  }
  if (!shapes.includes(shape)) {
    throw invalid('--shape', `"${shape}" is not a shape of this scenario`, shapes);
  }
  return { kind: 'shape', shape, runTimeMs };
}

function chooseClasses(classes: readonly string[], { userClasses }: ScenarioDescription): string[] {
  const known = userClasses.map(({ name }) => name);
  for (const name of classes) {
    if (!known.includes(name)) throw invalid('--classes', `"${name}" is not a user class of this scenario`, known);
  }
  return [...classes];
}

/** @throws LoadstarError INVALID_INPUT for a value that is none, and for a parameter that the file does not declare */
function chooseParameters(
  given: Readonly<Record<string, string>>,
  { parameters = [] }: ScenarioDescription,
): Record<string, ParameterValue> {
  const { values, problems } = readParameters(given, parameters, '--param');
  if (problems.length === 0) return values;
  const detail = problems.map(({ field, problem }) => `${field}: ${problem}`).join('; ');
  throw new LoadstarError('INVALID_INPUT', { detail }, problems);
}

function invalid(field: string, problem: string, allowed: readonly string[]): LoadstarError {
  const choice = allowed.length > 0 ? `; it has ${allowed.join(', ')}` : '; it has none';
  return new LoadstarError('INVALID_INPUT', { detail: `${field}: ${problem}` }, [{ field, problem: problem + choice }]);
}

/** Reads `90s`, `10m`, `1h20m` for commander. @throws Error with the allowed forms */
export function readRunTime(text: string): number {
  const seconds = parseRunTime(text);
  if (seconds === undefined) throw new Error('It must look like 20, 20s, 3m, 2h, 1h20m or 3h30m10s.');
  return seconds;
}
