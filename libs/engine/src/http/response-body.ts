/** Turns a body as received into bytes and text, decoding what the server coded; called only when a scenario looks. */
import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import type { HttpHeaders } from '@loadstar/scenario';

/** A small answer must not fill the memory when unpacked. */
const mostDecodedBytes = 256 * 1024 * 1024;

/**
 * @param body octets, as they are or as latin1 text
 * @throws Error when the body is not what its Content-Encoding says, or the coding is unknown
 */
export function bodyBytes(body: string | Buffer, headers: HttpHeaders): Buffer {
  let bytes = typeof body === 'string' ? Buffer.from(body, 'latin1') : body;
  const codings = headers.get('content-encoding');
  if (codings === undefined || bytes.length === 0) return bytes;
  // Applied in the order listed, so undone from the end.
  for (const coding of codings.toLowerCase().split(',').reverse()) bytes = decode(bytes, coding.trim());
  return bytes;
}

/** Whether a body is the same text in every charset, as most are: such a one needs no look at the headers. */
export function isAscii(body: string | Buffer): body is string {
  // oxlint-disable-next-line no-control-regex
  return typeof body === 'string' && !/[^\x00-\x7f]/.test(body);
}

/** The body as text: UTF-8 unless the server names latin1. */
export function bodyText(body: string | Buffer, headers: HttpHeaders): string {
  if (!headers.has('content-encoding') && isAscii(body)) return body;
  const latin1 = /charset\s*=\s*"?(iso-8859-1|latin1|windows-1252)/i.test(headers.get('content-type') ?? '');
  return bodyBytes(body, headers).toString(latin1 ? 'latin1' : 'utf8');
}

function decode(bytes: Buffer, coding: string): Buffer {
  const limit = { maxOutputLength: mostDecodedBytes };
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return gunzipSync(bytes, limit);
    case 'br':
      return brotliDecompressSync(bytes, limit);
    case 'deflate':
      // Servers disagree whether "deflate" has a zlib wrapper; its first octet tells (RFC 1950: method 8).
      return ((bytes[0] ?? 0) & 15) === 8 ? inflateSync(bytes, limit) : inflateRawSync(bytes, limit);
    case 'identity':
    case '':
      return bytes;
    default:
      throw new Error(`unknown content-encoding "${coding}"`);
  }
}
