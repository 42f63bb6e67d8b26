/**
 * The HTTP client of one virtual user: own connections, own cookies. It decides what goes over which connection; how
 * octets move is the business of `hot/`, how a request is written that of `Site` and `request-head`.
 */
import type { BodyOptions, HttpClient, HttpResponse, RequestOptions } from '@loadstar/scenario';
import type { Outcome } from '@loadstar/stats';
import { Connection } from '../hot/connection.js';
import { preciseNow } from '../hot/precise-now.js';
import type { ExchangeRecorder } from '../record/exchange-recorder.js';
import type { CookieStore } from './cookie-store.js';
import { type ExchangeOwner, HttpExchange, noOptions } from './http-exchange.js';
import type { HttpHub } from './http-hub.js';
import type { Origin } from './origin.js';
import { encodeBody, encodeQuery } from './request-body.js';
import type { Trace } from './request-marks.js';
import { basicAuthorization, writeHead } from './request-head.js';
import { redirectTarget } from './redirect.js';
import type { Prepared, Site } from './site.js';
import { tracedExchange } from './traced-exchange.js';

let captured: (response: HttpResponse) => void;
// The executor runs before the constructor returns, so one function serves every promise of the process.
const capture = (resolve: (response: HttpResponse) => void): void => {
  captured = resolve;
};

/** Fields that describe a body; they go when a redirect drops the body. */
const bodyFields: ReadonlySet<string> = new Set([
  'content-type',
  'content-encoding',
  'content-language',
  'content-location',
]);
/** Fields that must not follow to another origin. */
const credentialFields: ReadonlySet<string> = new Set(['authorization', 'cookie', 'proxy-authorization', 'host']);

export class HttpUserClient implements HttpClient, ExchangeOwner {
  readonly recorder: ExchangeRecorder;
  /** Added to a monotonic time to get the run's elapsed time, milliseconds. */
  readonly elapsedOffsetMs: number;
  /**
   * When the next request was meant to start, monotonic milliseconds; the user loop sets it at the start of an
   * iteration and the next request takes it. Its response time is counted from there.
   */
  intendedStartMs: number | undefined = undefined;
  private connections: Connection | undefined = undefined;
  private cookies: CookieStore | undefined = undefined;
  closed = false;

  constructor(
    protected readonly hub: HttpHub,
    readonly site: Site,
  ) {
    this.recorder = site.recorder;
    this.elapsedOffsetMs = this.recorder.elapsedMs() - hub.clock.nowMs();
  }

  get(path: string, options?: RequestOptions): Promise<HttpResponse> {
    return this.request('GET', path, options);
  }

  head(path: string, options?: RequestOptions): Promise<HttpResponse> {
    return this.request('HEAD', path, options);
  }

  options(path: string, options?: RequestOptions): Promise<HttpResponse> {
    return this.request('OPTIONS', path, options);
  }

  delete(path: string, options?: BodyOptions): Promise<HttpResponse> {
    return this.request('DELETE', path, options);
  }

  post(path: string, options?: BodyOptions): Promise<HttpResponse> {
    return this.request('POST', path, options);
  }

  put(path: string, options?: BodyOptions): Promise<HttpResponse> {
    return this.request('PUT', path, options);
  }

  patch(path: string, options?: BodyOptions): Promise<HttpResponse> {
    return this.request('PATCH', path, options);
  }

  request(method: string, path: string, options: BodyOptions = noOptions): Promise<HttpResponse> {
    if (this.hub.standstill !== undefined) return this.requestLater(method, path, options);
    const promise = new Promise<HttpResponse>(capture);
    const resolve = captured;
    // A user whose time is over gets no answer any more; a resolved promise would let a scenario's loop spin.
    if (this.closed) return promise;
    try {
      const prepared = this.site.prepare(method, path);
      const exchange = this.newExchange(prepared, method, options, resolve);
      this.write(exchange, prepared, options);
      this.intendedStartMs = undefined;
      exchange.series.start();
      this.dispatch(exchange);
    } catch (error) {
      return Promise.reject(error as Error);
    }
    return promise;
  }

  /** Ends the user's connections. Requests in flight are dropped: they stay counted as started only. */
  close(): void {
    this.closed = true;
    for (let connection = this.connections; connection !== undefined; connection = connection.sibling)
      connection.close();
    this.connections = undefined;
  }

  // What an exchange calls.

  /** Notes a settled exchange for its delivery and its commit. */
  settled(exchange: HttpExchange): void {
    this.hub.settled(exchange);
  }

  traced(exchange: HttpExchange, trace: Trace, outcome: Outcome, endMs: number): void {
    this.hub.onTraced?.(tracedExchange(exchange, trace, outcome, this.hub.clock.wallMs() - (preciseNow() - endMs)));
  }

  release(connection: Connection): void {
    if (!this.site.keepAlive) connection.discard();
  }

  /**
   * Takes the cookies of a response.
   * @returns false when that must wait: then the exchange is concluded later
   */
  storeCookies(exchange: HttpExchange): boolean {
    this.cookies ??= this.hub.newCookieStore();
    if (this.cookies === undefined) {
      void this.hub.cookiesReady().then(() => {
        if (this.closed) return;
        this.storeCookies(exchange);
        exchange.conclude();
      });
      return false;
    }
    this.cookies.store(exchange.headers.getAll('set-cookie'), exchange.url);
    return true;
  }

  /** Opens a connection for the exchange and sends it there. */
  open(exchange: HttpExchange): void {
    const last = this.prune(exchange.origin);
    const spare = last?.renewable ? last : undefined;
    spare?.renew();
    const connection = spare ?? this.newConnection(exchange.origin);
    connection.session = last?.session;
    connection.sibling = this.connections;
    this.connections = connection;
    if (exchange.deadlineMs === Infinity) exchange.startTimeout(preciseNow());
    exchange.dials++;
    connection.await(exchange);
    this.hub.dial(connection, exchange.origin);
  }

  /** After a refused connection: the next address of the same name, if there is one left. */
  tryNextAddress(exchange: HttpExchange, connection: Connection): boolean {
    const dialled = exchange.origin.via?.origin ?? exchange.origin;
    if (connection.address === '') return false;
    dialled.markDown(connection.address);
    if (exchange.dials >= dialled.addressCount) return false;
    this.open(exchange);
    return true;
  }

  /**
   * Follows a redirect.
   * @returns false when the response is to be taken as the final one
   */
  follow(exchange: HttpExchange): boolean {
    if (exchange.settings.redirects === 0) return false;
    const redirect = redirectTarget(exchange);
    if (redirect === undefined) return false;
    if (exchange.redirectsLeft <= 0) {
      exchange.settleFailed('status', `more than ${exchange.settings.redirects ?? 10} redirects`);
      return true;
    }
    if (typeof redirect === 'string') {
      exchange.settleFailed('protocol', redirect);
      return true;
    }
    exchange.redirectsLeft--;
    const origin = this.site.originOf(redirect.url);
    if (origin !== exchange.origin) exchange.left = true;
    exchange.origin = origin;
    exchange.target = redirect.url.pathname + redirect.url.search;
    exchange.method = redirect.method;
    exchange.bodiless = redirect.method === 'HEAD';
    exchange.memo = undefined;
    exchange.dials = 0;
    if (!redirect.keepsBody) exchange.body = undefined;
    this.writeRedirected(exchange, redirect.keepsBody);
    this.dispatch(exchange);
    return true;
  }

  protected newExchange(
    prepared: Prepared,
    method: string,
    options: BodyOptions,
    resolve: (response: HttpResponse) => void,
  ): HttpExchange {
    return new HttpExchange(this, prepared, method, options, this.intendedStartMs, resolve);
  }

  protected newConnection(origin: Origin): Connection {
    return new Connection(this.hub.reactor, origin, origin.resumes);
  }

  /** A pause is nobody's response time: the request counts from the moment it may be sent. */
  private async requestLater(method: string, path: string, options: BodyOptions): Promise<HttpResponse> {
    while (this.hub.standstill !== undefined) await this.hub.standstill;
    this.intendedStartMs = undefined;
    return this.request(method, path, options);
  }

  private dispatch(exchange: HttpExchange): void {
    const { origin } = exchange;
    for (let connection = this.connections; connection !== undefined; connection = connection.sibling) {
      if (connection.origin === origin && connection.isFree()) {
        connection.send(exchange);
        return;
      }
    }
    this.open(exchange);
  }

  /**
   * Closed connections leave the list when it grows, so that closing costs nothing.
   * @returns one of them that went to the origin
   */
  private prune(origin: Origin): Connection | undefined {
    let kept: Connection | undefined;
    let last: Connection | undefined;
    let next = this.connections;
    while (next !== undefined) {
      const connection = next;
      next = connection.sibling;
      connection.sibling = undefined;
      if (!connection.closed) {
        connection.sibling = kept;
        kept = connection;
      } else if (connection.origin === origin && connection.established) last = connection;
    }
    this.connections = kept;
    return last;
  }

  private write(exchange: HttpExchange, prepared: Prepared, options: BodyOptions): void {
    const plain = options.headers === undefined && options.auth === undefined && options.params === undefined;
    const body = options === noOptions ? undefined : encodeBody(options);
    const { marks } = this.hub;
    if (plain && this.cookies === undefined) {
      if (body === undefined) {
        if (marks === undefined && prepared.origin.secure) {
          exchange.requestBytes = prepared.octets ??= Buffer.from(prepared.request, 'latin1');
          return;
        }
        exchange.requestText =
          marks === undefined ? prepared.request : `${prepared.request.slice(0, -2)}${marks.fieldsFor(exchange)}\r\n`;
        return;
      }
      const type = body.contentType === undefined ? '' : `Content-Type: ${body.contentType}\r\n`;
      const fields = marks === undefined ? '' : marks.fieldsFor(exchange);
      exchange.requestText = `${prepared.head}${type}Content-Length: ${body.size}\r\n${fields}\r\n${body.text}`;
    } else {
      if (options.params !== undefined) addQuery(exchange, encodeQuery(options.params));
      exchange.requestText = this.compose(
        exchange,
        (exchange.body = body),
        authorizationOf(options) ?? prepared.authorization,
        undefined,
      );
    }
    if (body === undefined) return;
    exchange.body = body;
    exchange.requestBytes = body.bytes;
    exchange.series.bytesSent += body.size;
  }

  private writeRedirected(exchange: HttpExchange, keepsBody: boolean): void {
    const without = new Set([...(keepsBody ? [] : bodyFields), ...(exchange.left ? credentialFields : [])]);
    const authorization = exchange.left ? undefined : authorizationOf(exchange.settings);
    exchange.requestBytes = exchange.body?.bytes;
    exchange.requestText = this.compose(exchange, exchange.body, authorization, without);
  }

  private compose(
    exchange: HttpExchange,
    body: HttpExchange['body'],
    authorization: string | undefined,
    without: ReadonlySet<string> | undefined,
  ): string {
    const head = writeHead({
      method: exchange.method,
      target: exchange.origin.requestTarget(exchange.target),
      authority: exchange.origin.authority,
      proxyAuthorization: exchange.origin.proxyAuthorization,
      fields: exchange.settings.headers,
      authorization,
      cookie: this.cookies?.headerFor(exchange.url),
      ...(without ? { without } : {}),
      body,
      closes: !this.site.keepAlive,
    });
    const fields = this.hub.marks === undefined ? '' : this.hub.marks.fieldsFor(exchange);
    return `${head}${fields}\r\n${body?.text ?? ''}`;
  }
}

function addQuery(exchange: HttpExchange, query: string): void {
  if (query !== '') exchange.target += (exchange.target.includes('?') ? '&' : '?') + query;
}

function authorizationOf({ auth }: BodyOptions): string | undefined {
  if (auth === undefined) return undefined;
  return 'bearer' in auth ? `Bearer ${auth.bearer}` : basicAuthorization(auth.user, auth.password);
}
