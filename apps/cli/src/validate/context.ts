import { type Clock, sleep } from '@loadstar/shared';
import { type Finding, failed, skipped } from './finding.js';
import type { Place, Places } from './places.js';
import type { Answer, Probe } from './probe.js';
import { describe } from './probe.js';

/** What every check gets. */
export interface Context {
  readonly places: Places;
  readonly probe: Probe;
  readonly clock: Clock;
  readonly patience: Patience;
  /** Whether this place must be there: named by a flag, part of the Compose project, or everything was asked for. */
  expects(place: Place): boolean;
}

const pauseMs = 2000;

/**
 * What has just started needs a moment to be seen: a check that fails is asked again. All checks together wait so long
 * and no longer.
 */
export class Patience {
  constructor(
    private readonly clock: Clock,
    private leftMs: number,
  ) {}

  /** Waits a little; false at once when all patience is used up. */
  async pause(): Promise<boolean> {
    if (this.leftMs <= 0) return false;
    this.leftMs -= pauseMs;
    await sleep(this.clock, pauseMs);
    return true;
  }
}

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
