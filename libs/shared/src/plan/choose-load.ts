/** What a run follows, of what somebody asks for and what the file declares: one order for command line and master. */
import { LoadstarError } from '../errors/index.js';
import type { LoadPlan, UsersLoad } from './plan.js';
import type { ScenarioDescription } from './scenario-description.js';

/** What somebody said; what is left out was not said, whatever the defaults are. */
export interface AskedLoad {
  readonly users?: number | undefined;
  /** Name of a shape, or `none`. */
  readonly shape?: string | undefined;
  readonly runTimeMs?: number | undefined;
}

/** Users at a rate, with every default filled in: the load when nothing else decides. */
export type PlainLoad = Omit<UsersLoad, 'kind'>;

/** What stands in the place of a shape's name to say "no shape"; Locust's form sends the first. */
const noShape = new Set(['Default', 'none', '']);

/**
 * The file's own scenarios hold unless users or a shape are asked for. Then comes the shape that is asked for or, as in
 * Locust, the file's only one: it decides how many users there are, whatever number is asked for. Several need a choice.
 * @param shapeField what whoever asks calls the choice of a shape
 * @throws LoadstarError INVALID_INPUT for a shape that is not there, and where one of several has to be chosen
 */
export function chooseLoad(
  asked: AskedLoad,
  plain: PlainLoad,
  { shapes, scenarios = [] }: Pick<ScenarioDescription, 'shapes' | 'scenarios'>,
  shapeField = 'shape',
): LoadPlan {
  // Scenarios end by themselves, so that a default run time is not for them.
  if (scenarios.length > 0 && asked.users === undefined && asked.shape === undefined) {
    return { kind: 'scenarios', scenarios, runTimeMs: asked.runTimeMs };
  }
  const shape = asked.shape ?? (shapes.length === 1 ? shapes[0] : undefined);
  const known = shapes.join(', ');
  if (shape === undefined && shapes.length > 1) {
    throw refusal(shapeField, `the scenario has several: choose one of ${known}, or none`);
  }
  if (shape === undefined || noShape.has(shape)) return { kind: 'users', ...plain };
  if (!shapes.includes(shape)) {
    throw refusal(shapeField, known === '' ? 'none: the scenario has no shape' : `one of ${known}, or none`);
  }
  return { kind: 'shape', shape, runTimeMs: plain.runTimeMs };
}

function refusal(field: string, problem: string): LoadstarError {
  return new LoadstarError('INVALID_INPUT', { detail: `${field}: ${problem}` }, [{ field, problem }]);
}
