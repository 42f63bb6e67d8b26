/** What the user clients of one engine share and call back into; `HttpEngine` is its face to the outside. */
import type { Clock, TargetGuard, TracedExchange } from '@loadstar/shared';
import type { Connection } from '../hot/connection.js';
import { preciseNow } from '../hot/precise-now.js';
import { youngCollector } from '../hot/body-memory.js';
import { directWriter } from '../hot/direct-write.js';
import { Reactor } from '../hot/reactor.js';
import type { AddressBook } from './address-book.js';
import { type CookieStore, loadCookies } from './cookie-store.js';
import type { Origin, Via } from './origin.js';
import type { RequestMarks } from './request-marks.js';

export interface HubParts {
  readonly clock: Clock;
  readonly guard: TargetGuard;
  readonly addresses: AddressBook;
  readonly strictParsing: boolean;
  /** Undefined when requests are not to be marked. */
  readonly marks: RequestMarks | undefined;
  /** Hears of requests that the far side was asked to record, once they are counted. */
  readonly onTraced: TracedListener | undefined;
}

export type TracedListener = (exchange: TracedExchange) => void;

/** An exchange that has its response. */
export interface Settled {
  /** Gives the response to who waits for it; called once. */
  deliver(): void;
  /** Counts it, if it has not been counted. */
  commit(): void;
}

export class HttpHub {
  readonly clock: Clock;
  readonly reactor: Reactor;
  readonly marks: RequestMarks | undefined;
  readonly onTraced: TracedListener | undefined;
  /** Resolves when requests may be sent again; undefined while they may. */
  standstill: Promise<void> | undefined = undefined;
  private goOn: () => void = () => {};
  private readonly guard: TargetGuard;
  private readonly addresses: AddressBook;
  private makeCookies: (() => CookieStore) | undefined = undefined;
  private loadingCookies: Promise<void> | undefined = undefined;
  /** Exchanges that settled in this turn, in that order; the first `delivered` of them have been delivered. */
  private readonly exchanges: Settled[] = [];
  private delivered = 0;
  private readonly judge = (address: string, hostname: string): string | undefined =>
    this.guard.refuseHost(hostname) ?? this.guard.refuseAddress(address, hostname);

  constructor(parts: HubParts) {
    this.clock = parts.clock;
    this.guard = parts.guard;
    this.addresses = parts.addresses;
    this.marks = parts.marks;
    this.onTraced = parts.onTraced;
    this.reactor = new Reactor({
      clock: parts.clock,
      strictParsing: parts.strictParsing,
      makeCollector: youngCollector,
      directWriter: directWriter(),
      onReadsDone: () => void this.deliver(),
      onTurnEnd: () => this.endTurn(),
    });
  }

  /** Holds back every request that is not on its way, or lets all of them go. */
  pause(paused: boolean): void {
    if (paused) this.standstill ??= new Promise((resolve) => (this.goOn = resolve));
    else {
      this.standstill = undefined;
      this.goOn();
    }
  }

  /** A new store; undefined while what cookies need has not been loaded (see `cookiesReady`). */
  newCookieStore(): CookieStore | undefined {
    return this.makeCookies?.();
  }

  /** Resolves when `newCookieStore` gives a store. */
  cookiesReady(): Promise<void> {
    this.loadingCookies ??= loadCookies().then((make) => void (this.makeCookies = make));
    return this.loadingCookies;
  }

  /**
   * The exchange is delivered when the reads of this turn are done, and counted at its end. Scenario code that runs
   * between two reads would hold up the timestamp of the second, and cost more: Node runs what waits for a promise
   * after every read, and each time it leaves the code that reads for it.
   */
  settled(exchange: Settled): void {
    this.exchanges.push(exchange);
    this.reactor.atEndOfTurn();
  }

  /** Counts every settled exchange, also those that are not delivered yet. */
  flush(): void {
    for (const exchange of this.exchanges) exchange.commit();
  }

  /** Gives the scenario the responses that it has not got yet. @returns whether there were any */
  deliver(): boolean {
    const { exchanges, delivered } = this;
    for (let i = delivered; i < exchanges.length; i++) (exchanges[i] as Settled).deliver();
    this.delivered = exchanges.length;
    return exchanges.length > delivered;
  }

  private endTurn(): void {
    const { exchanges, delivered } = this;
    for (let i = 0; i < delivered; i++) (exchanges[i] as Settled).commit();
    this.delivered = 0;
    if (delivered === exchanges.length) exchanges.length = 0;
    else {
      // Settled since, without a read: whoever waits for them must see them before they are counted.
      exchanges.splice(0, delivered);
      this.reactor.atEndOfTurn();
    }
  }

  /** Connects to the next address of the origin that is allowed; a failure reaches the exchange in a later turn. */
  dial(connection: Connection, origin: Origin): void {
    const { via } = origin;
    if (via === undefined && this.addresses.knows(origin)) this.dialNext(connection, origin);
    else if (via === undefined) this.whenKnown(connection, origin, () => this.dialNext(connection, origin));
    else this.whenKnown(connection, origin, () => this.dialThrough(connection, origin, via));
  }

  private whenKnown(connection: Connection, origin: Origin, then: () => void): void {
    if (this.addresses.knows(origin)) {
      then();
      return;
    }
    const refusal = this.guard.refuseHost(origin.hostname);
    if (refusal !== undefined) {
      this.block(connection, origin, refusal);
      return;
    }
    this.addresses.resolve(origin).then(then, (error: NodeJS.ErrnoException) => {
      connection.fail('connect', `cannot resolve ${origin.hostname} (${error.code ?? error.message})`, preciseNow());
    });
  }

  private dialNext(connection: Connection, origin: Origin): void {
    const address = origin.nextAddress();
    const refusal = origin.verdict(address, this.judge);
    if (refusal !== undefined) this.block(connection, origin, refusal);
    else connection.dial({ address, port: origin.port, tls: origin.tls });
  }

  /**
   * Connects to the proxy. Where the proxy will take the name to is not for us to see, so every address that we know of
   * it must be allowed; and the proxy itself like any target.
   */
  private dialThrough(connection: Connection, origin: Origin, via: Via): void {
    for (const address of origin.known) {
      const refusal = origin.verdict(address, this.judge);
      if (refusal !== undefined) {
        this.block(connection, origin, refusal);
        return;
      }
    }
    const proxy = via.origin;
    this.whenKnown(connection, proxy, () => {
      const address = proxy.nextAddress();
      const refusal = proxy.verdict(address, this.judge);
      if (refusal !== undefined) this.block(connection, proxy, refusal);
      else {
        const tunnel = origin.secure ? via.tunnelTo(origin) : undefined;
        connection.dial({ address, port: proxy.port, tls: origin.tls, tunnel });
      }
    });
  }

  private block(connection: Connection, origin: Origin, reason: string): void {
    // In a later turn: a scenario without a pause must not keep the event loop to itself.
    setImmediate(() => connection.fail('blocked', `${origin.authority} is blocked: ${reason}`, preciseNow()));
  }
}
