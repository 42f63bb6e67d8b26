import { LoadstarError, SeededRandom } from '@loadstar/shared';

/** What the engine lends to the free functions (`sleep`, `randomInt` ...), which know no user. One per process. */
export interface ScenarioRuntime {
  /** Stream of this process. Users interleave by timing, so only `this.random` repeats exactly. */
  readonly random: SeededRandom;
  sleep(seconds: number): Promise<void>;
}

let current: ScenarioRuntime | undefined;
// Files that draw random numbers while they are loaded, before any run exists, get a fixed stream.
const loadTimeRandom = new SeededRandom('loadstar');

/** Engine glue: lends a runtime to the free functions from now on; undefined takes it back. */
export function installScenarioRuntime(runtime: ScenarioRuntime | undefined): void {
  current = runtime;
}

export function processRandom(): SeededRandom {
  return current?.random ?? loadTimeRandom;
}

/**
 * Waits `seconds` (from 0, fractions allowed). Within a task prefer `this.sleep`: code of a user that was interrupted
 * meanwhile does not go on after it.
 */
export function sleep(seconds: number): Promise<void> {
  if (!current) {
    throw new LoadstarError('SCENARIO_INVALID', {
      detail: 'sleep() only works in a running test; call it in a task or in setup()',
    });
  }
  return current.sleep(seconds);
}
