import type { ParameterDescription, ParameterValue, SeededRandom } from '@loadstar/shared';
import type { HttpClient } from '../http/http-client.js';
import type { HttpSettings } from '../http/http-settings.js';
import type { Options } from '../options/options.js';
import type { ShapeTick } from '../shape/load-test-shape.js';
import type { TaskSet } from '../tasks/task-set.js';
import type { UserContext } from '../user/user-context.js';
import type { User } from '../user/user.js';

/** What `setup` gets: it runs once per run, on one worker, before any user. */
export interface SetupContext {
  readonly host: string;
  readonly http: HttpClient;
  readonly random: SeededRandom;
  /** Values of the file's parameters in this run. */
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  sleep(seconds: number): Promise<void>;
}

/** A scenario file, read and checked: what an engine works from. */
export interface ScenarioDefinition {
  readonly userClasses: readonly UserClassDefinition[];
  readonly shapes: readonly ShapeDefinition[];
  readonly options: Options;
  readonly parameters: readonly ParameterDescription[];
  /** Its result must be plain data, because it is sent to every engine. */
  readonly setup: ((context: SetupContext) => unknown) | undefined;
  readonly teardown: ((data: unknown, context: SetupContext) => unknown) | undefined;
  /** `options.host`. */
  readonly host: string | undefined;
}

export interface UserClassDefinition {
  /** Exported name. */
  readonly name: string;
  readonly weight: number;
  readonly fixedCount: number;
  /** Base URL of this class; undefined: the run's. */
  readonly host: string | undefined;
  /** How its users speak HTTP; absent: by the defaults. */
  readonly http?: HttpSettings;
  create(context: UserContext): User;
  readonly tasks: TaskSetDefinition;
}

export interface TaskSetDefinition {
  readonly name: string;
  readonly kind: 'weighted' | 'sequential';
  /** At least one, all with a weight above 0, in the order written; a step that a sequence repeats is listed as often. */
  readonly entries: readonly TaskEntry[];
}

export interface TaskEntry {
  readonly name: string;
  readonly weight: number;
  readonly tags: readonly string[];
  /** Name of the method; undefined for a nested set. */
  readonly method: string | undefined;
  /** Calls the method on the user or set that owns it; undefined for a nested set. */
  readonly invoke: ((owner: User | TaskSet) => unknown) | undefined;
  /** Undefined for a method. */
  readonly nested: NestedTaskSet | undefined;
}

export interface NestedTaskSet extends TaskSetDefinition {
  create(user: User, parent: User | TaskSet): TaskSet;
}

export interface ShapeDefinition {
  readonly name: string;
  /** A new shape for one run. */
  create(): ShapeFollower;
}

/** A shape whose answers are checked, with user classes resolved to their names. */
export interface ShapeFollower {
  /**
   * @param elapsed whole seconds since the run's start
   * @throws LoadstarError SCENARIO_INVALID when the shape answers with anything but a tick or null
   */
  tick(
    elapsed: number,
  ): (Omit<ShapeTick, 'userClasses'> & { readonly userClasses: readonly string[] | undefined }) | null;
}
