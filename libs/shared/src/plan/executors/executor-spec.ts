/** What is known of an executor without running it: its fields, what they mean together, and words for people. */
import type { LoadStage, ScenarioLoad } from '../scenario-load.js';
import { sayDuration } from '../seconds.js';
import type { Field } from './field.js';

export interface ExecutorSpec<Load extends ScenarioLoad> {
  readonly name: Load['executor'];
  /** Every field beside those that all scenarios have. */
  readonly fields: { readonly [Name in Exclude<keyof Load, keyof ScenarioCommon>]: Field };
  /** Mistakes that no field has alone: the field to name and the problem. */
  readonly together?: (load: Load) => (readonly [field: string, problem: string])[];
  /** One phrase for people, such as `10 users for 1m`. */
  readonly describe: (load: Load) => string;
  /** Most seconds that it starts iterations for, counted from its own start; Infinity until the run is stopped. */
  readonly lengthSeconds: (load: Load) => number;
  /** Most users at any moment. */
  readonly mostUsers: (load: Load) => number;
  /** Most arrivals per second at any moment; left out by what keeps users and lets them decide. */
  readonly mostArrivals?: (load: Load) => number;
}

interface ScenarioCommon {
  name: unknown;
  executor: unknown;
  exec: unknown;
  startTime: unknown;
  gracefulStop: unknown;
  env: unknown;
  tags: unknown;
}

export const sayUsers = (count: number): string => (count === 1 ? '1 user' : `${count} users`);

export const lengthOf = (stages: readonly LoadStage[]): number =>
  stages.reduce((sum, { duration }) => sum + duration, 0);

/** `1 to 10 in 30s, 10 for 1m` */
export function sayStages(start: number, stages: readonly LoadStage[]): string {
  let from = start;
  const said = stages.slice(0, 6).map(({ duration, target }) => {
    const words =
      target === from ? `${target} for ${sayDuration(duration)}` : `to ${target} in ${sayDuration(duration)}`;
    from = target;
    return words;
  });
  const more = stages.length > said.length ? `, and ${stages.length - said.length} more stages` : '';
  return `from ${start}: ${said.join(', ')}${more}`;
}
