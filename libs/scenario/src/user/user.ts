import type { SeededRandom } from '@loadstar/shared';
import { type Checks, evaluateChecks } from '../checks/checks.js';
import type { Parameters, ParameterValues } from '../options/parameters.js';
import type { TaskList } from '../tasks/task-list.js';
import { StopUser } from './signals.js';
import type { UserContext } from './user-context.js';

/**
 * A kind of virtual user. Export a subclass with tasks, and the run creates as many instances as the load asks for;
 * each one repeats: choose a task by weight, run it, wait `waitTime` seconds. Most scenarios extend `HttpUser`.
 *
 * ```ts
 * export class Shopper extends HttpUser {
 *   static override weight = 3;
 *   override waitTime = between(1, 3);
 *   @task() async home() { await this.http.get('/'); }
 * }
 * ```
 *
 * @typeParam Data what the file's `setup()` returns
 */
export class User<Data = unknown> {
  /** Share of the users that are of this class, relative to the other classes' weights. Any number from 0; default 1. */
  static weight = 1;
  /** Exact number of users of this class, placed before the weighted ones. Whole number from 0; default 0: by weight. */
  static fixedCount = 0;
  /** Base URL for users of this class, such as `https://api.example.org`. Default: the host of the run. */
  static host: string | undefined = undefined;
  /**
   * Tasks without decorators, for plain JavaScript or for shared task sets: `{ methodName: weight }`, or a list of
   * method names and `TaskSet` classes, each alone or as `[what, weight]`. They add to decorated ones.
   */
  static tasks: TaskList = [];
  /** True for a base class that is not to be run itself; it holds for the class that says it, not for subclasses. */
  static abstract = false;

  /** @param context given by the engine; a subclass needs no constructor */
  constructor(readonly context: UserContext) {}

  /** Number of this user in the whole run, from 0, unique over all workers: good for picking test accounts. */
  get id(): number {
    return this.context.id;
  }

  /** Base URL that relative paths are resolved against. */
  get host(): string {
    return this.context.host;
  }

  /** This user's own seeded randomness: with the same seed a repeated run makes the same choices. */
  get random(): SeededRandom {
    return this.context.random;
  }

  /** What `options.scenarios` gives under `env` for the scenario that this user belongs to; empty otherwise. */
  get env(): Readonly<Record<string, string>> {
    return this.context.env;
  }

  /**
   * What this run gives for the parameters that the file declares.
   *
   * ```ts
   * export const parameters = defineParameters({ pageSize: { type: 'integer', default: 20 } });
   * // in a task: pageSize is a number
   * const { pageSize } = this.params(parameters);
   * ```
   * @param _declared the file's own declarations, which say the types
   */
  params<Declared extends Parameters>(_declared: Declared): ParameterValues<Declared> {
    return this.context.parameters as ParameterValues<Declared>;
  }

  /** What `setup()` returned, copied to every engine; undefined without a `setup`. */
  get data(): Data {
    return this.context.data as Data;
  }

  /**
   * Seconds to wait after each task, from 0; default 0. Assign `constant`, `between`, `constantPacing` or
   * `constantThroughput`, or write a method of your own.
   */
  waitTime(): number {
    return 0;
  }

  /**
   * Runs before the first task, for example to log in. A throw is counted as an exception; a second later the user begins
   * anew, as a new instance, and does no task until this has come to its end.
   */
  onStart(): void | Promise<void> {}

  /** Runs once when the user ends. */
  onStop(): void | Promise<void> {}

  /**
   * Waits `seconds` (from 0, fractions allowed) within a task. A stop does not shorten it: the task has the stop timeout to
   * end, and what is left then is interrupted without going on.
   */
  sleep(seconds: number): Promise<void> {
    return this.context.sleep(seconds);
  }

  /**
   * Evaluates named conditions on a value and counts each by its name. For a response, a failed check made before the
   * next `await` turns that request into a failure.
   *
   * ```ts
   * this.check(res, { 'is json': (r) => r.headers.get('content-type') === 'application/json' });
   * ```
   * @returns whether all of them held; a condition that throws counts as failed
   */
  check<T>(value: T, checks: Checks<T>): boolean {
    return evaluateChecks(value, checks, this.context);
  }

  /** Ends this virtual user from within a task. Never returns. */
  stop(): never {
    throw new StopUser('the user stopped itself');
  }
}

/** A concrete user class, as the engine instantiates it. */
export type UserClass = typeof User & (new (context: UserContext) => User);
