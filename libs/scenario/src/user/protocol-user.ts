import type { ExchangeEnd, ExchangeOutcome, Measured, OpenExchange } from './exchange.js';
import { User } from './user.js';

/** What `measure` may be told about one exchange. */
export interface MeasureOptions {
  /** What it is counted under beside its name. Default: the class's `protocol`. */
  readonly method?: string;
  /** Milliseconds after which it counts as a timeout, whatever still comes. Default: none. */
  readonly timeoutMs?: number;
  readonly bytesSent?: number;
  /** Size of what came back, for the statistics. */
  readonly bytesReceived?: (value: never) => number;
}

/**
 * A virtual user that speaks any protocol: bring a client, and have what it does counted as HTTP requests are, with
 * service and response times, outcomes, failures and checks.
 *
 * ```ts
 * export class Echo extends ProtocolUser {
 *   static override protocol = 'TCP';
 *   private readonly line = new LineClient('127.0.0.1', 7);
 *   @task() async echo() {
 *     const res = await this.measure('echo', () => this.line.ask('hello'));
 *     this.check(res, { 'comes back': (r) => r.value === 'hello' });
 *   }
 *   override onStop() { this.line.close(); }
 * }
 * ```
 * Connections that such a client opens are its own business: the platform's list of allowed targets is not applied.
 */
export class ProtocolUser<Data = unknown> extends User<Data> {
  /** What exchanges are counted under in the place of HTTP's method. */
  static protocol = 'CALL';

  /**
   * Does one exchange and counts it. Never rejects for what `act` throws: that is a failed exchange.
   * @param name what it is counted under; no ids in it
   */
  async measure<T>(name: string, act: () => T | PromiseLike<T>, options: MeasureOptions = {}): Promise<Measured<T>> {
    // A pause of the run holds exchanges back, as it does requests of HTTP.
    for (let still = this.context.standstill?.(); still; still = this.context.standstill?.()) await still;
    const exchange = this.record(name, options.method);
    const { bytesSent = 0, timeoutMs } = options;
    try {
      const under = act();
      const value = await (timeoutMs === undefined ? under : this.within(timeoutMs, under));
      const atMs = this.context.nowMs();
      exchange.finish({ atMs, bytesSent, bytesReceived: options.bytesReceived?.(value as never) ?? 0 });
      return new MeasuredExchange(exchange, value, undefined);
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      const failure: ExchangeEnd = { outcome: outcomeOf(error), error: text, bytesSent };
      exchange.finish(failure);
      return new MeasuredExchange<T>(exchange, undefined, text);
    }
  }

  /**
   * Begins an exchange that the caller finishes, where `measure` does not fit (streams, answers out of order). It begins
   * at once, also while the run is paused: what cannot wait is the caller's to hold back.
   */
  record(name: string, method?: string): OpenExchange {
    return this.context.beginExchange(method ?? (this.constructor as typeof ProtocolUser).protocol, name);
  }

  private async within<T>(timeoutMs: number, under: T | PromiseLike<T>): Promise<T> {
    const late = this.sleep(timeoutMs / 1000).then(() => {
      throw Object.assign(new Error(`no answer within ${timeoutMs} ms`), { code: 'ETIMEDOUT' });
    });
    return Promise.race([under, late as Promise<never>]);
  }
}

class MeasuredExchange<T> implements Measured<T> {
  private failed = false;

  constructor(
    private readonly exchange: OpenExchange,
    readonly value: T | undefined,
    readonly error: string | undefined,
  ) {}

  get ok(): boolean {
    return this.error === undefined && !this.failed;
  }

  get serviceMs(): number {
    return this.exchange.serviceMs;
  }

  get responseMs(): number {
    return this.exchange.responseMs;
  }

  fail(reason: string): boolean {
    if (!this.exchange.fail(reason)) return false;
    this.failed = true;
    return true;
  }
}

const byCode: Readonly<Record<string, ExchangeOutcome>> = {
  ETIMEDOUT: 'timeout',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  ECONNABORTED: 'reset',
  ECONNREFUSED: 'connect',
  EHOSTUNREACH: 'connect',
  ENETUNREACH: 'connect',
  ENOTFOUND: 'connect',
  EAI_AGAIN: 'connect',
  EADDRNOTAVAIL: 'connect',
  EMFILE: 'connect',
};

/** The class of what was thrown, by Node's error code; anything else is the protocol's. */
function outcomeOf(error: unknown): ExchangeOutcome {
  const code: unknown = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return (typeof code === 'string' ? byCode[code] : undefined) ?? 'protocol';
}
