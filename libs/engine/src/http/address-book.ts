/** Name lookups of one engine, cached and never made twice at the same time. */
import { lookup } from 'node:dns/promises';
import type { Clock } from '@loadstar/shared';
import type { Origin } from './origin.js';

/** How long an answer holds. The system's resolver does not tell the record's own time to live. */
const holdsMs = 60_000;

/** Every address of a name, in the order of preference. */
export type Lookup = (hostname: string) => Promise<readonly string[]>;

const systemLookup: Lookup = async (hostname) => (await lookup(hostname, { all: true })).map(({ address }) => address);

export class AddressBook {
  private readonly running = new Map<Origin, Promise<void>>();

  constructor(
    private readonly clock: Clock,
    private readonly lookup: Lookup = systemLookup,
  ) {}

  /** Whether the origin's addresses are known; otherwise they must be resolved first. */
  knows(origin: Origin): boolean {
    return origin.expiresMs === Infinity || this.clock.nowMs() < origin.expiresMs;
  }

  /** Looks the origin's addresses up; rejects with the resolver's error when there are none. */
  resolve(origin: Origin): Promise<void> {
    let running = this.running.get(origin);
    if (running === undefined) {
      running = this.ask(origin).finally(() => this.running.delete(origin));
      this.running.set(origin, running);
    }
    return running;
  }

  private async ask(origin: Origin): Promise<void> {
    const addresses = await this.lookup(origin.hostname);
    if (addresses.length === 0) throw Object.assign(new Error('no address'), { code: 'ENOTFOUND' });
    origin.learn(addresses, this.clock.nowMs() + holdsMs);
  }
}
