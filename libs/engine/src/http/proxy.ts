/** An HTTP proxy that a class's requests go through: absolute-form for http, a tunnel for https (RFC 9112 section 3.2). */
import { Origin } from './origin.js';
import { basicAuthorization } from './request-head.js';

export class Proxy {
  readonly origin: Origin;
  /** Value of Proxy-Authorization; undefined when the URL holds no credentials. */
  readonly authorization: string | undefined;

  /**
   * @param text `http://host:port`, with `user:password@` where the proxy asks for them
   * @throws TypeError when it is not an http URL
   */
  constructor(text: string) {
    const url = URL.canParse(text) ? new URL(text) : undefined;
    if (url?.protocol !== 'http:') throw new TypeError('the proxy is not an http:// URL');
    this.origin = new Origin(url, {});
    const { username, password } = url;
    this.authorization =
      username === '' && password === ''
        ? undefined
        : basicAuthorization(decodeURIComponent(username), decodeURIComponent(password));
  }

  /** The request for a tunnel to an https origin. */
  tunnelTo({ hostname, port }: Origin): string {
    const authority = `${hostname.includes(':') ? `[${hostname}]` : hostname}:${port}`;
    const credentials = this.authorization === undefined ? '' : `Proxy-Authorization: ${this.authorization}\r\n`;
    return `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${credentials}\r\n`;
  }
}
