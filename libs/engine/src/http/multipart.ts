/** Writes multipart/form-data bodies (RFC 7578) the way browsers do (HTML standard, "multipart/form-data encoding"). */
import { randomBytes } from 'node:crypto';
import type { BodyOptions, MultipartFile, MultipartValue } from '@loadstar/scenario';

/**
 * One for all bodies of a process: nothing that is uploaded can hold it by chance (2^-96), and bodies are not searched
 * for it. Not from the seeded stream, because what a run sends must not depend on whether it uploads.
 */
const boundary = `----loadstar${randomBytes(12).toString('hex')}`;
const contentType = `multipart/form-data; boundary=${boundary}`;
const lineEnd = Buffer.from('\r\n');
const end = Buffer.from(`--${boundary}--\r\n`);

type Fields = NonNullable<BodyOptions['multipart']>;

export interface MultipartBody {
  readonly bytes: Buffer;
  readonly contentType: string;
}

/**
 * @param headers of the request; a Content-Type among them could not name the boundary
 * @throws TypeError when there is one, or when a part's content type is not one line of visible characters
 */
export function encodeMultipart(fields: Fields, headers: BodyOptions['headers']): MultipartBody {
  for (const name in headers) {
    if (name.toLowerCase() === 'content-type') throw new TypeError('multipart sets the content-type header itself');
  }
  const pieces: Uint8Array[] = [];
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    if (isList(value)) for (const item of value) addPart(pieces, name, item);
    else addPart(pieces, name, value);
  }
  pieces.push(end);
  return { bytes: Buffer.concat(pieces), contentType };
}

function addPart(pieces: Uint8Array[], name: string, value: MultipartValue): void {
  const file: MultipartFile = typeof value === 'object' ? value : { data: String(value) };
  const { data, filename } = file;
  const type = file.contentType ?? (filename === undefined ? undefined : 'application/octet-stream');
  let head = `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(name)}"`;
  if (filename !== undefined) head += `; filename="${quoted(filename)}"`;
  if (type !== undefined) {
    if (!/^[\x20-\x7e]+$/.test(type)) throw new TypeError(`"${type}" is not a content type`);
    head += `\r\nContent-Type: ${type}`;
  }
  const body = typeof data === 'string' ? Buffer.from(data, 'utf8') : data;
  if (!(body instanceof Uint8Array)) throw new TypeError(`the data of "${name}" is neither text nor bytes`);
  pieces.push(Buffer.from(`${head}\r\n\r\n`, 'utf8'), body, lineEnd);
}

/** The three characters that would end the name early. */
function quoted(name: string): string {
  return name.replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('"', '%22');
}

function isList(value: MultipartValue | readonly MultipartValue[]): value is readonly MultipartValue[] {
  return Array.isArray(value);
}
