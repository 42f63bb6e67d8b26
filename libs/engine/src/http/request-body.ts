/** Encodes what a scenario gives as a body into what goes over the wire. */
import type { BodyOptions } from '@loadstar/scenario';
import { encodeMultipart } from './multipart.js';

export interface EncodedBody {
  /** The body as latin1 text, sent in one piece with the head; empty when `bytes` is set. */
  readonly text: string;
  /** A large binary body, sent as it is. */
  readonly bytes: Uint8Array | undefined;
  readonly size: number;
  readonly contentType: string | undefined;
}

/** Above it, copying bytes into the head's string costs more than a second buffer in the same write. */
const largeBytes = 4096;

type Fields = NonNullable<BodyOptions['form']>;

/** @throws TypeError when more than one kind of body is given, or the JSON value cannot be written */
export function encodeBody(options: BodyOptions): EncodedBody | undefined {
  const { json, form, body, multipart } = options;
  const given =
    Number(json !== undefined) +
    Number(form !== undefined) +
    Number(body !== undefined) +
    Number(multipart !== undefined);
  if (given === 0) return undefined;
  if (given > 1) throw new TypeError('give one of json, form, multipart and body, not several');
  if (json !== undefined) return encodeJson(json);
  if (form !== undefined) return encodeText(encodeQuery(form), 'application/x-www-form-urlencoded');
  if (multipart !== undefined) {
    const { bytes, contentType } = encodeMultipart(multipart, options.headers);
    return encodeBytes(bytes, contentType);
  }
  if (typeof body === 'string') return encodeText(body, 'text/plain; charset=utf-8');
  return encodeBytes(body as Uint8Array, undefined);
}

function encodeJson(value: unknown): EncodedBody {
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) throw new TypeError('the value given as json has no JSON form');
  return encodeText(text, 'application/json');
}

export function encodeText(text: string, contentType: string): EncodedBody {
  const size = Buffer.byteLength(text, 'utf8');
  if (size === text.length) return { text, bytes: undefined, size, contentType };
  return { text: Buffer.from(text, 'utf8').toString('latin1'), bytes: undefined, size, contentType };
}

export function encodeBytes(bytes: Uint8Array, contentType: string | undefined): EncodedBody {
  const size = bytes.byteLength;
  if (size > largeBytes) return { text: '', bytes, size, contentType };
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, size).toString('latin1');
  return { text, bytes: undefined, size, contentType };
}

/** Names and values as in a URL's query or a form; lists repeat the name, `undefined` is left out. */
export function encodeQuery(fields: Fields): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    if (typeof value === 'object') for (const item of value) query.append(name, String(item));
    else query.append(name, String(value));
  }
  return query.toString();
}
