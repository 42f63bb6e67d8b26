/** What a caller can show to be let in: a token in a header, or the session cookie that the login page sets. */
import { timingSafeEqual } from 'node:crypto';
import { type Clock, newId } from '@loadstar/shared';
import type { AuthToken, Role } from '../config/master-config.js';
import { covers } from './roles.js';
import { digest } from './same-secret.js';

export type Headers = Readonly<Record<string, string | string[] | undefined>>;

export const sessionCookie = 'loadstar_session';
/** A working day; a restart of the master ends sessions as well. */
export const sessionSeconds = 12 * 3600;
const maxSessions = 1000;

/** Who shows a credential: a role, and a name where the token has one. */
export interface Holder {
  readonly role: Role;
  readonly name: string | undefined;
}

/** The platform's tokens, compared in constant time. */
export class TokenBook {
  readonly #entries: readonly { holder: Holder; digest: Buffer }[];

  constructor(tokens: readonly AuthToken[]) {
    this.#entries = tokens.map(({ role, name, token }) => ({ holder: { role, name }, digest: digest(token) }));
  }

  roleOf(token: string): Role | undefined {
    return this.holderOf(token)?.role;
  }

  /** Looks at every entry whatever it finds, so that the time taken tells nothing; the highest fitting role wins. */
  holderOf(token: string): Holder | undefined {
    const shown = digest(token);
    let found: Holder | undefined;
    for (const { holder, digest: known } of this.#entries) {
      if (timingSafeEqual(known, shown) && (!found || covers(holder.role, found.role))) found = holder;
    }
    return found;
  }
}

/** Sessions of browsers that logged in; in memory, because a new login costs a paste. */
export class SessionBook {
  readonly #sessions = new Map<string, { holder: Holder; untilMs: number }>();

  constructor(private readonly clock: Clock) {}

  /** @returns the id to put into the cookie, 160 random bits */
  open(holder: Holder): string {
    const oldest = this.#sessions.keys().next();
    if (this.#sessions.size >= maxSessions && !oldest.done) this.#sessions.delete(oldest.value);
    const id = newId(32);
    this.#sessions.set(id, { holder, untilMs: this.clock.nowMs() + sessionSeconds * 1000 });
    return id;
  }

  holderOf(id: string): Holder | undefined {
    const session = this.#sessions.get(id);
    if (session && session.untilMs > this.clock.nowMs()) return session.holder;
    this.#sessions.delete(id);
    return undefined;
  }

  close(id: string): void {
    this.#sessions.delete(id);
  }
}

/** The token of `Authorization: Bearer TOKEN`, or undefined. */
export function bearerToken(headers: Headers): string | undefined {
  const value = headers['authorization'];
  return typeof value === 'string' ? /^Bearer\s+(\S+)\s*$/i.exec(value)?.[1] : undefined;
}

/** The session id that a browser sends along, or undefined. */
export function sessionId(headers: Headers): string | undefined {
  const cookies = headers['cookie'];
  if (typeof cookies !== 'string') return undefined;
  for (const pair of cookies.split(';')) {
    const [name, value] = pair.trim().split('=');
    if (name === sessionCookie && value) return value;
  }
  return undefined;
}
