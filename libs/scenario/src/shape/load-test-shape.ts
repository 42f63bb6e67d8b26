import type { UserClass } from '../user/user.js';

/** What the load should be from this second on. */
export interface ShapeTick {
  /** Users of the whole run, whole number from 0. */
  readonly users: number;
  /** Users started or ended per second until that number is reached, above 0. */
  readonly spawnRate: number;
  /** Only users of these classes, as classes or as exported names. Default: all. */
  readonly userClasses?: readonly (UserClass | string)[];
}

/**
 * A load curve of your own. Export a subclass; `tick` is asked once a second of run time, in every engine alike, so it
 * must depend on `elapsed` alone.
 *
 * ```ts
 * export class Steps extends LoadTestShape {
 *   override tick(elapsed: number) { return elapsed < 300 ? { users: 10 * Math.ceil((elapsed + 1) / 30), spawnRate: 10 } : null; }
 * }
 * ```
 */
export abstract class LoadTestShape {
  /** True for a base class that is not to be chosen itself; it holds for the class that says it, not for subclasses. */
  static abstract = false;

  /**
   * @param elapsed whole seconds since the run's start
   * @returns the load wanted from now on, or null to end the run
   */
  abstract tick(elapsed: number): ShapeTick | null;
}

export type ShapeClass = (new () => LoadTestShape) & { abstract?: boolean };
