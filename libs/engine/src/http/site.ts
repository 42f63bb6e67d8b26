/**
 * What all users with the same base URL and the same recorder share: for every path requested its origin, its series
 * and its ready-written head. Users differ only in cookies and connections, so a plain GET costs them one map lookup.
 */
import type { Series } from '@loadstar/stats';
import type { SharedInput } from '../hot/repeated-text.js';
import { ResponseMemo } from '../hot/response-memo.js';
import type { ExchangeRecorder } from '../record/exchange-recorder.js';
import type { Origin } from './origin.js';
import { basicAuthorization, checkMethod, expectsBody, writeHead } from './request-head.js';

export interface Prepared {
  readonly origin: Origin;
  /** Path and query as sent. */
  readonly target: string;
  readonly name: string;
  /** Made when the first request is counted under the path itself; with names of the scenario's own it never is. */
  series: Series | undefined;
  readonly authorization: string | undefined;
  /** Request line and fields of a request without options, without the empty line and without Content-Length. */
  readonly head: string;
  /** The whole of such a request without a body. */
  readonly request: string;
  /** The same as octets, made when first needed: TLS copies a text before it encrypts it, octets it does not. */
  octets: Buffer | undefined;
  /** Of the responses to it. */
  readonly memo: ResponseMemo;
}

/** Paths remembered a site; with more distinct ones (an id in each) remembering does not pay. */
const mostPaths = 2_000;

export class Site {
  private readonly base: URL;
  private readonly prefix: string;
  private readonly gets = new Map<string, Prepared>();
  private readonly others = new Map<string, Map<string, Prepared>>();
  private readonly named = new Map<string, Map<string, Series>>();

  /**
   * @param baseUrl scheme, host and perhaps a path that every relative path is appended to
   * @param input what responses are read into
   * @throws TypeError when it is not an http(s) URL
   */
  constructor(
    baseUrl: string,
    readonly recorder: ExchangeRecorder,
    private readonly settings: { readonly keepAlive: boolean; readonly resendStale: boolean },
    readonly originOf: (url: URL) => Origin,
    private readonly input: SharedInput,
  ) {
    this.base = httpUrl(baseUrl);
    this.prefix = this.base.pathname.replace(/\/+$/, '');
  }

  get keepAlive(): boolean {
    return this.settings.keepAlive;
  }

  /** Whether what met a stale connection may be sent once more. */
  get resendStale(): boolean {
    return this.settings.resendStale;
  }

  /** @throws TypeError when the method or the path cannot be sent */
  prepare(method: string, path: string): Prepared {
    const paths = method === 'GET' ? this.gets : this.pathsOf(method);
    const known = paths.get(path);
    if (known !== undefined) return known;
    const prepared = this.write(method, path);
    if (paths.size >= mostPaths) paths.clear();
    paths.set(path, prepared);
    return prepared;
  }

  /** The series of a name that the scenario gave. */
  seriesOf(method: string, name: string): Series {
    let series = this.named.get(method)?.get(name);
    if (series === undefined) {
      series = this.recorder.series(method, name);
      let names = this.named.get(method);
      if (names === undefined) this.named.set(method, (names = new Map()));
      if (names.size >= mostPaths) names.clear();
      names.set(name, series);
    }
    return series;
  }

  private pathsOf(method: string): Map<string, Prepared> {
    let paths = this.others.get(method);
    if (paths === undefined) {
      paths = new Map();
      this.others.set(checkMethod(method), paths);
    }
    return paths;
  }

  private write(method: string, path: string): Prepared {
    const url = /^https?:\/\//i.test(path) ? httpUrl(path) : undefined;
    const origin = this.originOf(url ?? this.base);
    const target = url ? url.pathname + url.search : this.relative(path);
    const name = nameOf(url ? url.origin + url.pathname : path);
    const authorization = credentials(url ?? this.base);
    const head = writeHead({
      method,
      target: origin.requestTarget(target),
      authority: origin.authority,
      proxyAuthorization: origin.proxyAuthorization,
      fields: undefined,
      authorization,
      cookie: undefined,
      body: undefined,
      closes: !this.keepAlive,
    });
    const request = `${head}\r\n`;
    const open = expectsBody(method) ? head.slice(0, -'Content-Length: 0\r\n'.length) : head;
    const memo = new ResponseMemo(this.input);
    return { origin, target, name, series: undefined, authorization, head: open, request, octets: undefined, memo };
  }

  private relative(path: string): string {
    const below = path.startsWith('/') ? path : `/${path}`;
    const whole = this.prefix + below;
    // Sent as written where that is possible, so that odd paths can be tested; encoded as a browser would otherwise.
    if (/^[\x21\x22\x24-\x7e]*$/.test(whole)) return whole;
    const url = new URL(this.base.origin + whole);
    return url.pathname + url.search;
  }
}

function nameOf(path: string): string {
  const end = path.search(/[?#]/);
  const name = end < 0 ? path : path.slice(0, end);
  return name === '' ? '/' : name;
}

function httpUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') throw new TypeError(`"${text}" is not an http(s) URL`);
  return url;
}

function credentials(url: URL): string | undefined {
  if (url.username === '' && url.password === '') return undefined;
  return basicAuthorization(decodeURIComponent(url.username), decodeURIComponent(url.password));
}
