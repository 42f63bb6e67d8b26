// One order of precedence for the time that a stop leaves, whoever makes the plan: the command line or a master.
import type { ScenarioDescription } from './scenario-description.js';

/** What holds when nobody says anything, milliseconds. */
const usualStopTimeoutMs = 5_000;

/**
 * Time that iterations may take to end after a stop, milliseconds: what is given by whoever starts runs, or else what the
 * scenario file says, or else the usual.
 * @param givenMs from a flag or the environment, where somebody set it; 0 is a word too, and means at once
 */
export function chooseStopTimeoutMs(
  givenMs: number | undefined,
  { stopTimeoutMs }: Pick<ScenarioDescription, 'stopTimeoutMs'>,
): number {
  return givenMs ?? stopTimeoutMs ?? usualStopTimeoutMs;
}
