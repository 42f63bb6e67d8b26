import type { ParameterDescription } from './parameters.js';
import type { ScenarioLoad } from './scenario-load.js';

/**
 * What a scenario file declares, as plain data. An engine finds it out by loading the bundle; everybody else (master,
 * console, command line) only reads it, because scenario code runs in engine processes alone.
 */
export interface ScenarioDescription {
  readonly userClasses: readonly UserClassDescription[];
  /** Names of exported `LoadTestShape` classes. */
  readonly shapes: readonly string[];
  /** Base URL that the file suggests, if any. */
  readonly host: string | undefined;
  /** Pass/fail rules by metric selector, as the file's `options.thresholds` gives them. */
  readonly thresholds: Readonly<Record<string, readonly string[]>>;
  /** Time that the file gives iterations to end after a stop, milliseconds; absent: it does not say. */
  readonly stopTimeoutMs?: number | undefined;
  /** The load that the file plans by `options.scenarios`; absent or empty: none. */
  readonly scenarios?: readonly ScenarioLoad[];
  /** Typed values that whoever starts a run may give; absent or empty: none. */
  readonly parameters?: readonly ParameterDescription[];
  /** Users that each shape plans over time, by its name; left out where nobody has looked, or it cannot be told. */
  readonly curves?: Readonly<Record<string, ShapeCurve>>;
}

/** What a shape plans, looked at in even steps. */
export interface ShapeCurve {
  readonly everySeconds: number;
  /** Users of the whole run at second 0, `everySeconds`, and so on. */
  readonly users: readonly number[];
  /** Seconds after which the shape ends the run; null when it does not within the time that was looked at. */
  readonly endSeconds: number | null;
}

export interface UserClassDescription {
  readonly name: string;
  readonly weight: number;
  /** Exact number of users of this class, placed before the weighted ones; 0 when the weight decides. */
  readonly fixedCount: number;
  readonly tasks: readonly TaskDescription[];
}

export interface TaskDescription {
  readonly name: string;
  /** Share of this task among its siblings, 0..1; for a sequential set every task has the same. */
  readonly ratio: number;
  /** Tasks of a nested task set. */
  readonly tasks: readonly TaskDescription[];
}
