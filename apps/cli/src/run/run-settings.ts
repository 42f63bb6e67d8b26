import { parseThresholds } from '@loadstar/stats';
import {
  checkCeiling,
  checkHost,
  checkRate,
  chooseLoad,
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
import { rateCeiling, userCeiling } from './user-ceiling.js';

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
  const load = planLoad(flags, description);
  const maxRate = rateCeiling();
  checkRate(load, maxRate);
  chooseParameters(flags.param, description);
  // A threshold that cannot be read must be known before anything starts, not when it is to be judged.
  parseThresholds(description.thresholds, load.kind === 'scenarios' ? load.scenarios : []);
  return {
    runId: newId(),
    scenario: scenario.name,
    bundleHash: scenario.hash,
    host: chooseHost(flags.host, description.host),
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

function chooseHost(flag: string | undefined, ofFile: string | undefined): string {
  if (flag !== undefined) return checkHost(flag, '--host');
  if (ofFile !== undefined) return checkHost(ofFile, 'options.host');
  throw new LoadstarError('INVALID_INPUT', { detail: 'no host is given, neither by --host nor in the scenario' }, [
    { field: '--host', problem: 'give a base URL, such as http://localhost:5001' },
  ]);
}

/** What to tell somebody who asked for users where a shape decides; undefined when there is nothing to tell. */
export function unusedNumbers({ users, spawnRate }: RunFlags, load: LoadPlan): string | undefined {
  const given = Object.entries({ '--users': users, '--spawn-rate': spawnRate }).filter(
    ([, value]) => value !== undefined,
  );
  if (load.kind !== 'shape' || given.length === 0) return undefined;
  const flags = given.map(([flag, value]) => `${flag} ${value}`).join(' and ');
  const verb = given.length === 1 ? 'is' : 'are';
  return `${flags} ${verb} not used: the shape ${load.shape} decides how many users there are; --shape none leaves it out`;
}

function planLoad({ users, spawnRate, shape, runTime }: RunFlags, description: ScenarioDescription): LoadPlan {
  const runTimeMs = msOf(runTime);
  const plain = { users: users ?? defaultUsers, spawnRate: spawnRate ?? defaultSpawnRate, runTimeMs };
  return checkCeiling(chooseLoad({ users, shape, runTimeMs }, plain, description, '--shape'), userCeiling());
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
