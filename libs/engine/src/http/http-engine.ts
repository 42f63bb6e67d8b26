/** HTTP for all users of one engine process: one read buffer, one sweep of deadlines, one set of limits. */
import { type Clock, type PlanLimits, TargetGuard } from '@loadstar/shared';
import type { HttpSettings, TlsSettings } from '@loadstar/scenario';
import type { Histogram } from '@loadstar/stats';
import type { ExchangeRecorder } from '../record/exchange-recorder.js';
import { AddressBook, type Lookup } from './address-book.js';
import { HttpHub, type TracedListener } from './http-hub.js';
import { HttpUserClient } from './http-user-client.js';
import { Origin } from './origin.js';
import { Proxy } from './proxy.js';
import { RequestMarks } from './request-marks.js';
import { Site } from './site.js';
import { TimedUserClient } from './timed-user-client.js';
import { tlsOptions } from './tls-settings.js';

export interface HttpEngineOptions {
  readonly clock: Clock;
  /** What may be connected to. */
  readonly limits: Pick<PlanLimits, 'allowedTargets'>;
  /** Marks every request with run, worker and a growing sequence number. Default: no marks. */
  readonly identify?: { readonly run: string; readonly worker: string } | undefined;
  /** Share of the requests whose trace the far side is asked to record, 0..1. Default: no trace context is sent. */
  readonly traceSampling?: number | undefined;
  /** Hears of requests whose trace the far side was asked to record, once they are counted. */
  readonly onTraced?: TracedListener;
  /** For users whose class has no settings of its own. */
  readonly tls?: TlsSettings | undefined;
  /** Refuse what is only tolerated by custom in responses (see the response parser). Default false. */
  readonly strictParsing?: boolean;
  /** Replaces the system's name lookup, in tests. */
  readonly lookup?: Lookup;
}

const noSettings: HttpSettings = {};

/** Origins whose connections are interchangeable: same TLS settings, same proxy. */
type Origins = (url: URL) => Origin;

export class HttpEngine {
  private readonly hub: HttpHub;
  private readonly tls: TlsSettings;
  private readonly origins: Origins;
  /** Of classes with settings that connections depend on. */
  private readonly ownOrigins = new Map<TlsSettings | undefined, Map<string | undefined, Origins>>();
  private readonly sites = new Map<ExchangeRecorder, Map<Origins, Map<string, Site>>>();

  constructor(options: HttpEngineOptions) {
    this.tls = options.tls ?? {};
    this.origins = originsWith(this.tls);
    const { identify, traceSampling } = options;
    const isMarked = identify !== undefined || traceSampling !== undefined;
    this.hub = new HttpHub({
      clock: options.clock,
      guard: new TargetGuard(options.limits.allowedTargets),
      addresses: new AddressBook(options.clock, options.lookup),
      strictParsing: options.strictParsing ?? false,
      marks: isMarked ? new RequestMarks({ identify, traceSampling }) : undefined,
      onTraced: options.onTraced,
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
   * @param settings of the user's class; users with the same `tls` object share one TLS context
   * @throws TypeError when the URL is not an http(s) URL
   */
  client(baseUrl: string, recorder: ExchangeRecorder, settings: HttpSettings = noSettings): HttpUserClient {
    const { keepAlive = true, resendStale = true } = settings;
    const origins = this.originsFor(settings);
    let byOrigins = this.sites.get(recorder);
    if (byOrigins === undefined) this.sites.set(recorder, (byOrigins = new Map()));
    let sites = byOrigins.get(origins);
    if (sites === undefined) byOrigins.set(origins, (sites = new Map()));
    const key = `${keepAlive} ${resendStale} ${baseUrl}`;
    let site = sites.get(key);
    if (site === undefined) {
      site = new Site(baseUrl, recorder, { keepAlive, resendStale }, origins, this.hub.reactor.input);
      sites.set(key, site);
    }
    return settings.phases ? new TimedUserClient(this.hub, site) : new HttpUserClient(this.hub, site);
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

  /**
   * Says that the event loop has just looked for input, so what is read next has not waited for longer, and gives users
   * the answers that were read.
   * @returns whether there were any
   */
  polled(): boolean {
    this.hub.reactor.polled();
    return this.hub.deliver();
  }

  /** Holds back every request that is not on its way, or lets all of them go. */
  pause(paused: boolean): void {
    this.hub.pause(paused);
  }

  /** Ends all connections; exchanges in flight are dropped. */
  close(): void {
    this.hub.flush();
    this.hub.reactor.close();
  }

  private originsFor({ tls, proxy }: HttpSettings): Origins {
    if (tls === undefined && proxy === undefined) return this.origins;
    let byProxy = this.ownOrigins.get(tls);
    if (byProxy === undefined) this.ownOrigins.set(tls, (byProxy = new Map()));
    let origins = byProxy.get(proxy);
    if (origins === undefined) byProxy.set(proxy, (origins = originsWith(tls ?? this.tls, proxy)));
    return origins;
  }
}

function originsWith(settings: TlsSettings, proxy?: string): Origins {
  const known = new Map<string, Origin>();
  const tls = tlsOptions(settings);
  const via = proxy === undefined ? undefined : new Proxy(proxy);
  return (url) => {
    let origin = known.get(url.origin);
    if (origin === undefined) {
      origin = new Origin(url, url.protocol === 'https:' ? tls() : {}, via, settings.resume);
      known.set(url.origin, origin);
    }
    return origin;
  };
}
