import type { Clock } from '@loadstar/shared';
import { type Finding, failed, skipped } from './finding.js';
import type { Place, Places } from './places.js';
import type { Answer, Probe } from './probe.js';
import { describe } from './probe.js';

/** What every check gets. */
export interface Context {
  readonly places: Places;
  readonly probe: Probe;
  readonly clock: Clock;
  /** Whether this place must be there: named by a flag, part of the Compose project, or everything was asked for. */
  expects(place: Place): boolean;
}

/** Milliseconds that something may take to be seen: two scrapes at the slowest interval, and an evaluation of rules. */
export const settleMs = 45_000;

export const masterHeaders = ({ token }: Places): Record<string, string> =>
  token === undefined ? {} : { authorization: `Bearer ${token}` };

export const grafanaHeaders = ({ grafanaUser, grafanaPassword }: Places): Record<string, string> => ({
  authorization: `Basic ${Buffer.from(`${grafanaUser}:${grafanaPassword}`).toString('base64')}`,
});

/** Nobody answers: a failure where somebody should, else a smaller deployment such as `npm start`. */
export function absent(context: Context, place: Place, answer: Answer): Finding {
  const url = context.places[place];
  if (!context.expects(place)) return skipped(`no ${place} at ${url}`);
  return failed(
    `${place} at ${url} does not answer`,
    describe(answer),
    `See its log (docker compose logs ${place}), or give its address with --${place} URL.`,
  );
}
