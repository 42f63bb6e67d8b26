import type { HttpClient } from '../http/http-client.js';
import type { TlsSettings } from '../http/http-settings.js';
import { User } from './user.js';

/**
 * A virtual user that speaks HTTP: `this.http` keeps its own connection alive and its own cookies.
 *
 * ```ts
 * export class Reader extends HttpUser {
 *   override waitTime = constant(1);
 *   @task() async list() { await this.http.get('/users', { params: { page: 2 } }); }
 * }
 * ```
 */
export class HttpUser<Data = unknown> extends User<Data> {
  /**
   * Whether a user keeps its connections open between requests. Default true; with false each request opens a fresh one
   * (and pays for its handshake), as many short visits do.
   */
  static keepAlive = true;
  /**
   * Whether a request that may be repeated without harm (GET, HEAD, PUT, DELETE ...) is sent once more, on another
   * connection, when the kept one under it closed within a second of the sending and before any octet of an answer: most
   * likely the server had closed it while it was idle. Default true, as browsers do; each is counted
   * (`connections.reusedAfterStaleClose`). With false such a request ends as `reset`, and the target never sees one more
   * than was begun.
   */
  static resendStale = true;
  /**
   * How https servers are verified and what they are shown; the files' texts, not their names. Default: strict, by the
   * system's authorities.
   *
   * ```ts
   * static override tls = { insecure: true };                  // a test system with a self-signed certificate
   * static override tls = { ca: authorityPem, cert, key };     // an own authority, and mutual TLS
   * ```
   */
  static tls: TlsSettings | undefined = undefined;

  /**
   * HTTP proxy that all requests of the class go through, `http://host:port` or `http://user:password@host:port`; https
   * goes through a tunnel. Default: none. The list of allowed targets holds for the proxy and for what is behind it,
   * whose name must resolve here too.
   */
  static proxy: string | undefined = undefined;
  /** Whether `response.phases` is measured, for a little more CPU a request. Default false. */
  static phases = false;

  /** Sends requests. Relative paths are resolved against the host; every exchange is measured and counted. */
  get http(): HttpClient {
    return this.context.http;
  }
}
