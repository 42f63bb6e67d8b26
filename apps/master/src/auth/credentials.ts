/** What a caller can show to be let in: a token in a header, or the session cookie that the login page sets. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { type Clock, newId } from '@loadstar/shared';
import type { AuthToken, Role } from '../config/master-config.js';
import { covers } from './roles.js';

export type Headers = Readonly<Record<string, string | string[] | undefined>>;

export const sessionCookie = 'loadstar_session';
/** A working day; a restart of the master ends sessions as well. */
export const sessionSeconds = 12 * 3600;
const maxSessions = 1000;

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** The platform's tokens, compared in constant time. */
export class TokenBook {
  readonly #entries: readonly { role: Role; digest: Buffer }[];

  constructor(tokens: readonly AuthToken[]) {
    this.#entries = tokens.map(({ role, token }) => ({ role, digest: digest(token) }));
  }

  /** Looks at every entry whatever it finds, so that the time taken tells nothing; the highest fitting role wins. */
  roleOf(token: string): Role | undefined {
    const shown = digest(token);
    let found: Role | undefined;
    for (const entry of this.#entries) {
      if (timingSafeEqual(entry.digest, shown) && (!found || covers(entry.role, found))) found = entry.role;
    }
    return found;
  }
}

/** Sessions of browsers that logged in; in memory, because a new login costs a paste. */
export class SessionBook {
  readonly #sessions = new Map<string, { role: Role; untilMs: number }>();

  constructor(private readonly clock: Clock) {}

  /** @returns the id to put into the cookie, 160 random bits */
  open(role: Role): string {
    const oldest = this.#sessions.keys().next();
    if (this.#sessions.size >= maxSessions && !oldest.done) this.#sessions.delete(oldest.value);
    const id = newId(32);
    this.#sessions.set(id, { role, untilMs: this.clock.nowMs() + sessionSeconds * 1000 });
    return id;
  }

  roleOf(id: string): Role | undefined {
    const session = this.#sessions.get(id);
    if (session && session.untilMs > this.clock.nowMs()) return session.role;
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
