/** Writes the head of a request. What does not change from request to request is written once, in `Site`. */
import { loadstarVersion } from '@loadstar/shared';
import type { EncodedBody } from './request-body.js';

export type HeaderFields = Readonly<Record<string, string | number>>;

/** Fields sent unless the scenario gives its own. */
export const defaultFields: HeaderFields = { 'User-Agent': `loadstar/${loadstarVersion}`, Accept: '*/*' };

/** Framing belongs to the client: a scenario cannot make a request that says one length and has another. */
const ownFields = new Set(['content-length', 'transfer-encoding']);

export interface HeadParts {
  readonly method: string;
  readonly target: string;
  readonly authority: string;
  /** The scenario's own fields. */
  readonly fields: HeaderFields | undefined;
  readonly authorization: string | undefined;
  readonly cookie: string | undefined;
  /** For a proxy that the request is sent to. */
  readonly proxyAuthorization?: string | undefined;
  /** Fields left out of `fields`, in lower case. */
  readonly without?: ReadonlySet<string>;
  readonly body: EncodedBody | undefined;
  readonly closes: boolean;
}

/** @returns the head up to the last field, without the empty line */
export function writeHead(parts: HeadParts): string {
  const { fields, body } = parts;
  let own = '';
  const given = new Set<string>();
  for (const name in fields) {
    const lower = name.toLowerCase();
    if (ownFields.has(lower) || parts.without?.has(lower)) continue;
    given.add(lower);
    const value = fieldValue(name, fields[name] as string | number);
    // The user's own cookies go together with the jar's: two Cookie fields are not allowed.
    own +=
      lower === 'cookie' && parts.cookie !== undefined ? field(name, `${value}; ${parts.cookie}`) : field(name, value);
  }
  let head = `${parts.method} ${parts.target} HTTP/1.1\r\n`;
  if (!given.has('host')) head += field('Host', parts.authority);
  for (const name in defaultFields) {
    if (!given.has(name.toLowerCase())) head += field(name, String(defaultFields[name]));
  }
  if (parts.closes && !given.has('connection')) head += field('Connection', 'close');
  if (parts.authorization !== undefined && !given.has('authorization'))
    head += field('Authorization', parts.authorization);
  if (parts.proxyAuthorization !== undefined && !given.has('proxy-authorization'))
    head += field('Proxy-Authorization', parts.proxyAuthorization);
  if (parts.cookie !== undefined && !given.has('cookie')) head += field('Cookie', parts.cookie);
  head += own;
  if (body === undefined) return expectsBody(parts.method) ? `${head}Content-Length: 0\r\n` : head;
  if (body.contentType !== undefined && !given.has('content-type')) head += field('Content-Type', body.contentType);
  return `${head}Content-Length: ${body.size}\r\n`;
}

/** Whether a request of this method says how long its body is even when it has none (RFC 9110 section 8.6). */
export function expectsBody(method: string): boolean {
  return method === 'POST' || method === 'PUT' || method === 'PATCH';
}

/** @throws TypeError when the method is not a token */
export function checkMethod(method: string): string {
  if (!/^[!#$%&'*+\-.^_`|~\dA-Za-z]+$/.test(method)) throw new TypeError(`"${method}" is not an HTTP method`);
  if (method === 'CONNECT') throw new TypeError('CONNECT is for proxies and cannot be requested');
  return method;
}

export function basicAuthorization(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;
}

function field(name: string, value: string): string {
  return `${name}: ${value}\r\n`;
}

function fieldValue(name: string, value: string | number): string {
  if (!/^[!#$%&'*+\-.^_`|~\dA-Za-z]+$/.test(name)) throw new TypeError(`"${name}" is not a header name`);
  const text = String(value);
  if (/^[\t\x20-\x7e]*$/.test(text)) return text;
  // A line break in a value would begin another field, or another request.
  // oxlint-disable-next-line no-control-regex
  if (/[\x00-\x08\x0a-\x1f\x7f]/.test(text)) throw new TypeError(`the header "${name}" holds a control character`);
  return Buffer.from(text, 'utf8').toString('latin1');
}
