/** HTTP for all users of one engine process: one read buffer, one sweep of deadlines, one set of limits. */
import { createSecureContext } from 'node:tls';
import { type Clock, type PlanLimits, TargetGuard } from '@loadstar/shared';
import type { Histogram } from '@loadstar/stats';
import type { ExchangeRecorder } from '../record/exchange-recorder.js';
import { AddressBook, type Lookup } from './address-book.js';
import { HttpHub } from './http-hub.js';
import { HttpUserClient } from './http-user-client.js';
import { Origin } from './origin.js';
import { Site } from './site.js';

/** How https servers are verified and what they are shown. */
export interface TlsSettings {
  /** Accept any certificate. Default false. */
  readonly insecure?: boolean;
  /** Authorities to trust instead of the system's, PEM. */
  readonly ca?: string | readonly string[];
  /** Client certificate and key, PEM. */
  readonly cert?: string;
  readonly key?: string;
  readonly passphrase?: string;
}

export interface HttpEngineOptions {
  readonly clock: Clock;
  /** What may be connected to. */
  readonly limits: Pick<PlanLimits, 'allowedTargets'>;
  /** Marks every request with run, worker and a growing sequence number. Default: no marks. */
  readonly identify?: { readonly run: string; readonly worker: string } | undefined;
  readonly tls?: TlsSettings | undefined;
  /** Refuse what is only tolerated by custom in responses (see the response parser). Default false. */
  readonly strictParsing?: boolean;
  /** Replaces the system's name lookup, in tests. */
  readonly lookup?: Lookup;
}

export interface ClientOptions {
  /** Keep connections open between requests. Default true; false opens a fresh one for each request. */
  readonly keepAlive?: boolean;
}

export class HttpEngine {
  private readonly hub: HttpHub;
  private readonly origins = new Map<string, Origin>();
  private readonly sites = new Map<ExchangeRecorder, Map<string, Site>>();
  private readonly tls: ReturnType<typeof tlsOptions>;

  constructor(options: HttpEngineOptions) {
    this.tls = tlsOptions(options.tls ?? {});
    const { identify } = options;
    this.hub = new HttpHub({
      clock: options.clock,
      guard: new TargetGuard(options.limits.allowedTargets),
      addresses: new AddressBook(options.clock, options.lookup),
      strictParsing: options.strictParsing ?? false,
      identity: identify
        ? `x-loadstar-run: ${word(identify.run)}\r\nx-loadstar-worker: ${word(identify.worker)}\r\n`
        : '',
      originOf: (url) => this.originOf(url),
    });
  }

  /** Connections that are open or being opened, of all users. */
  get openConnections(): number {
    return this.hub.reactor.openConnections;
  }

  /**
   * The client of one user.
   * @param baseUrl what relative paths are appended to
   * @param recorder what the user's exchanges are counted with
   * @throws TypeError when the URL is not an http(s) URL
   */
  client(baseUrl: string, recorder: ExchangeRecorder, { keepAlive = true }: ClientOptions = {}): HttpUserClient {
    let sites = this.sites.get(recorder);
    if (sites === undefined) this.sites.set(recorder, (sites = new Map()));
    const key = `${keepAlive} ${baseUrl}`;
    let site = sites.get(key);
    if (site === undefined) {
      site = new Site(baseUrl, recorder, keepAlive, this.hub.originOf);
      sites.set(key, site);
    }
    return new HttpUserClient(this.hub, site);
  }

  /** Counts every exchange that is settled; to be called before numbers are read that must be up to date. */
  flush(): void {
    this.hub.flush();
  }

  /**
   * How far timestamps of the reads since the last call may be late because this process was busy, microseconds, one
   * value a turn of the event loop.
   */
  takeErrorBound(): Histogram {
    return this.hub.reactor.takeErrorBound();
  }

  /** Ends all connections; exchanges in flight are dropped. */
  close(): void {
    this.hub.flush();
    this.hub.reactor.close();
  }

  private originOf(url: URL): Origin {
    let origin = this.origins.get(url.origin);
    if (origin === undefined) {
      origin = new Origin(url, url.protocol === 'https:' ? this.tls() : {});
      this.origins.set(url.origin, origin);
    }
    return origin;
  }
}

/** One secure context for all connections, made when the first https origin is met. */
function tlsOptions(settings: TlsSettings): () => Origin['tls'] & object {
  let made: (Origin['tls'] & object) | undefined;
  return () => {
    const { insecure = false, ca, cert, key, passphrase } = settings;
    made ??= {
      secureContext: createSecureContext({ ca: ca as string[] | undefined, cert, key, passphrase }),
      rejectUnauthorized: !insecure,
      ALPNProtocols: ['http/1.1'],
    };
    return made;
  };
}

/** As a field value: run ids and worker names hold nothing else in practice, and nothing else must get through. */
function word(text: string): string {
  return text.replace(/[^\x21-\x7e]/g, '_');
}
