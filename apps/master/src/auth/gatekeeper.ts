/** Decides who a caller is. Knows headers and addresses only, so that HTTP and the live feed share it. */
import type { IncomingMessage } from 'node:http';
import { type Clock, LoadstarError } from '@loadstar/shared';
import type { MasterConfig, Role } from '../config/master-config.js';
import { AttemptLimiter } from './attempt-limiter.js';
import { ClientAddresses } from './client-addresses.js';
import { bearerToken, type Headers, type Holder, SessionBook, sessionId, TokenBook } from './credentials.js';
import { foreignOrigin, hostAllowed } from './cross-site.js';
import { KnownCallers } from './known-callers.js';

/** Wrong tokens an address may show in a minute; after them only those are let in that were right there before. */
const badTriesPerMinute = 10;
/** Calls an address may make in a minute: a console, a scraper and busy scripts fit in many times. */
const callsPerMinute = 12_000;
/** By which callers without a name of their own may say whose runs they queue. */
const ownerHeader = 'x-loadstar-owner';
const anybody = 'anybody';

export class Gatekeeper {
  readonly #tokens: TokenBook;
  readonly #sessions: SessionBook;
  readonly #badTries: AttemptLimiter;
  readonly #calls: AttemptLimiter;
  readonly #known: KnownCallers;
  readonly #clients: ClientAddresses;

  /** @param termKey secret by which masters of one store know each other; left out, there are no others */
  constructor(
    private readonly config: MasterConfig,
    clock: Clock,
    termKey?: () => string | undefined,
  ) {
    this.#tokens = new TokenBook(config.auth.tokens);
    this.#sessions = new SessionBook(clock);
    this.#badTries = new AttemptLimiter(clock, badTriesPerMinute);
    this.#calls = new AttemptLimiter(clock, callsPerMinute);
    this.#known = new KnownCallers(clock);
    this.#clients = new ClientAddresses(config.trustedProxies ?? [], termKey);
  }

  get open(): boolean {
    return this.config.auth.mode === 'open';
  }

  /** Whom a call is from, behind trusted proxies too; what the limits below count by. */
  addressOf(request: Pick<IncomingMessage, 'headers' | 'socket'>): string {
    return this.#clients.of(request);
  }

  /** Counts a call. @throws LoadstarError TOO_MANY_REQUESTS */
  countCall(address: string): void {
    if (!this.#calls.count(address)) throw new LoadstarError('TOO_MANY_REQUESTS');
  }

  /** @throws LoadstarError HOST_REFUSED */
  checkHost(headers: Headers): void {
    const host = typeof headers['host'] === 'string' ? headers['host'] : undefined;
    if (!hostAllowed(host, this.config)) throw new LoadstarError('HOST_REFUSED', { host: host ?? '' });
  }

  /** @throws LoadstarError CROSS_SITE when another site's page makes the call */
  checkSameSite(headers: Headers): void {
    const origin = foreignOrigin(headers);
    if (origin !== undefined) throw new LoadstarError('CROSS_SITE', { origin });
  }

  /**
   * The caller's role by header or cookie; undefined without a valid one. An open master knows everybody as admin.
   * Counts nothing, so it may be asked twice.
   */
  roleOf(headers: Headers): Role | undefined {
    return this.open ? 'admin' : this.#holder(headers)?.role;
  }

  /**
   * Whose a run is that the caller queues: the name of the token; where it has none, what the caller says of itself by
   * header `x-loadstar-owner`; else the role that all such callers share.
   * @throws LoadstarError INVALID_INPUT when that header is no name
   */
  ownerOf(headers: Headers): string {
    const name = this.open ? undefined : this.#holder(headers)?.name;
    if (name !== undefined) return name;
    const said = headers[ownerHeader];
    if (said === undefined) return this.open ? anybody : (this.#holder(headers)?.role ?? anybody);
    if (typeof said === 'string' && /^[A-Za-z0-9._@-]{1,64}$/.test(said)) return said;
    const problem = 'a name of at most 64 letters, digits and . _ @ -';
    throw new LoadstarError('INVALID_INPUT', { detail: `${ownerHeader}: ${problem}` }, [
      { field: ownerHeader, problem },
    ]);
  }

  /**
   * As `roleOf`, and counts wrong tokens.
   * @throws LoadstarError UNAUTHENTICATED for a wrong one; TOO_MANY_REQUESTS after ten of them in a minute from the same
   * address, also for a right one that was not shown there before
   */
  admit(headers: Headers, address: string): Role | undefined {
    const role = this.roleOf(headers);
    const token = bearerToken(headers);
    if (this.open || token === undefined) return role;
    return this.#judge(role, token, address);
  }

  /** The role of a token given as such, with the same counting and errors as `admit`. */
  redeem(token: string, address: string): Role {
    return this.open ? 'admin' : this.#judge(this.#tokens.roleOf(token), token, address);
  }

  /** @param token as it was redeemed */
  openSession(role: Role, token: string): string {
    return this.#sessions.open({ role, name: this.#tokens.holderOf(token)?.name });
  }

  closeSession(headers: Headers): void {
    const id = sessionId(headers);
    if (id !== undefined) this.#sessions.close(id);
  }

  #holder(headers: Headers): Holder | undefined {
    const token = bearerToken(headers);
    if (token !== undefined) return this.#tokens.holderOf(token);
    const session = sessionId(headers);
    return session === undefined ? undefined : this.#sessions.holderOf(session);
  }

  #judge(role: Role | undefined, token: string, address: string): Role {
    // Looked up for wrong ones too, which are never found, so that the time taken does not tell a right guess.
    const isKnown = this.#known.has(address, token);
    if (!isKnown && this.#badTries.exhausted(address)) throw new LoadstarError('TOO_MANY_REQUESTS');
    if (role !== undefined) {
      this.#known.add(address, token);
      return role;
    }
    this.#badTries.count(address);
    throw new LoadstarError('UNAUTHENTICATED');
  }
}
