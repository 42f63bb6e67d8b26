/** Where a redirect leads and with which method (RFC 9110 section 15.4, as browsers and Locust do it). */
import type { HttpResponse } from '@loadstar/scenario';

export interface Redirect {
  readonly url: URL;
  readonly method: string;
  readonly keepsBody: boolean;
}

/** @returns undefined when the response is no redirect to follow; a text that says why it cannot be followed */
export function redirectTarget(
  exchange: Pick<HttpResponse, 'status' | 'method' | 'headers' | 'url'>,
): Redirect | string | undefined {
  const { status, method } = exchange;
  if (status !== 301 && status !== 302 && status !== 303 && status !== 307 && status !== 308) return undefined;
  const [location] = exchange.headers.getAll('location');
  if (location === undefined) return undefined;
  // Octets beyond ASCII are UTF-8 in practice; the head is latin1 text.
  const text = Buffer.from(location, 'latin1').toString('utf8');
  if (!URL.canParse(text, exchange.url)) return 'redirect to an invalid URL';
  const url = new URL(text, exchange.url);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'redirect to another protocol';
  const keepsBody = status === 307 || status === 308 || method === 'GET' || method === 'HEAD';
  return { url, method: keepsBody ? method : 'GET', keepsBody };
}
