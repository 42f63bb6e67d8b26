import type { SeededRandom } from '@loadstar/shared';
import { type Checks, evaluateChecks } from '../checks/checks.js';
import type { HttpClient } from '../http/http-client.js';
import { InterruptTaskSet, StopUser } from '../user/signals.js';
import type { UserContext } from '../user/user-context.js';
import type { User } from '../user/user.js';
import type { TaskList } from './task-list.js';

/**
 * A group of tasks that a user enters and stays in until the set calls `this.interrupt()`: a part of a site, a role, a
 * session. Sets nest to any depth.
 *
 * ```ts
 * class Forum extends TaskSet {
 *   @task(5) async read() { await this.http.get('/threads'); }
 *   @task() leave() { this.interrupt(); }
 * }
 * export class Visitor extends HttpUser {
 *   @task(2) static forum = Forum;
 *   @task() async home() { await this.http.get('/'); }
 * }
 * ```
 * @typeParam U class of the user that runs the set
 */
export class TaskSet<U extends User = User> {
  /** Tasks without decorators; see `User.tasks`. */
  static tasks: TaskList = [];

  /**
   * @param user the user that runs this set
   * @param parent the user itself, or the set that this one is nested in
   */
  constructor(
    readonly user: U,
    readonly parent: User | TaskSet,
  ) {}

  get context(): UserContext {
    return this.user.context;
  }

  /** The user's HTTP client. */
  get http(): HttpClient {
    return this.user.context.http;
  }

  /** The user's seeded randomness. */
  get random(): SeededRandom {
    return this.user.context.random;
  }

  /** Seconds to wait after each task of this set. Default: as the parent does. */
  waitTime(): number {
    return this.parent.waitTime();
  }

  /** Runs when the user enters the set. */
  onStart(): void | Promise<void> {}

  /** Runs when the user leaves the set. */
  onStop(): void | Promise<void> {}

  /** As `User.sleep`. */
  sleep(seconds: number): Promise<void> {
    return this.user.context.sleep(seconds);
  }

  /** As `User.check`. */
  check<T>(value: T, checks: Checks<T>): boolean {
    return evaluateChecks(value, checks, this.user.context);
  }

  /**
   * Leaves the set. Never returns.
   * @param reschedule true (default): the parent starts its next task at once; false: it waits its wait time first
   */
  interrupt(reschedule = true): never {
    throw new InterruptTaskSet(reschedule);
  }

  /** Ends the whole virtual user. Never returns. */
  stop(): never {
    throw new StopUser('the user stopped itself');
  }
}

/** A set whose tasks run in the order they are written, again and again until it is left. Weights repeat a step. */
export class SequentialTaskSet<U extends User = User> extends TaskSet<U> {}

/** A task set class, as the engine instantiates it. The user's type is loose: a set is entered by the user it is nested in. */
export type TaskSetClass = (new (user: never, parent: User | TaskSet) => TaskSet) & { tasks?: TaskList };
