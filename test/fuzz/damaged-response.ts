/** Responses at random: known forms good and bad, ones built from the grammar, and both damaged. */
import type { SeededRandom } from '@loadstar/shared';
import { brokenForms } from '../../libs/engine/src/hot/testing/broken-forms.js';
import { chunks, codings, lengths } from '../../libs/engine/src/hot/testing/conformance-framing.js';
import { connection, fields, statusLines } from '../../libs/engine/src/hot/testing/conformance-heads.js';
import { responseForms } from '../../libs/engine/src/hot/testing/response-forms.js';

const longest = 2_000;
const known: readonly Buffer[] = [
  ...responseForms,
  ...brokenForms,
  ...statusLines,
  ...fields,
  ...connection,
  ...lengths,
  ...codings,
  ...chunks,
]
  .filter(({ wire }) => wire.length <= longest)
  .map(({ wire }) => Buffer.from(wire, 'latin1'));

/** Octets that a parser of HTTP decides on. */
const meaningful = Buffer.from('\r\n\t :;,"=\\0123456789abcdefABCDEFxHTP/.-\0\x7f\x80\xff', 'latin1');

const words = [
  'Content-Length: ',
  'Transfer-Encoding: chunked\r\n',
  'Connection: close\r\n',
  'HTTP/1.1 200 OK\r\n',
  'HTTP/1.1 100 Continue\r\n\r\n',
  'HTTP/1.0 304 Not Modified\r\n',
  '\r\n\r\n',
  '\r\n0\r\n\r\n',
  'ffffffffffffff\r\n',
  '9007199254740993',
  ' \t',
].map((text) => Buffer.from(text, 'latin1'));

/** A response, damaged or not. */
export function damagedResponse(random: SeededRandom): Buffer {
  const kind = random.next();
  if (kind < 0.04) return octets(random, random.int(0, 300));
  let wire = kind < 0.5 ? random.pick(known) : grammatical(random);
  for (let edits = random.int(0, 6); edits > 0; edits--) wire = damaged(random, wire);
  return wire.subarray(0, 4 * longest);
}

function damaged(random: SeededRandom, wire: Buffer): Buffer {
  const at = random.int(0, wire.length);
  const [before, after] = [wire.subarray(0, at), wire.subarray(at)];
  switch (random.int(0, 7)) {
    case 0:
      return Buffer.concat([before, octet(random), after.subarray(1)]);
    case 1:
      return Buffer.concat([before, octet(random), after]);
    case 2:
      return Buffer.concat([before, after.subarray(random.int(1, 12))]);
    case 3:
      return Buffer.concat([before, after.subarray(0, random.int(1, 40)), after]);
    case 4:
      return Buffer.concat([before, random.pick(words), after]);
    case 5:
      return Buffer.concat([before, random.pick(known).subarray(random.int(0, 40))]);
    case 6:
      return before;
    default:
      return Buffer.concat([after, before]);
  }
}

function octet(random: SeededRandom): Buffer {
  return Buffer.from([random.next() < 0.7 ? random.pick([...meaningful]) : random.int(0, 255)]);
}

function octets(random: SeededRandom, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => random.int(0, 255)));
}

function grammatical(random: SeededRandom): Buffer {
  const body = octets(random, random.int(0, 200)).toString('latin1');
  const end = random.next() < 0.9 ? '\r\n' : '\n';
  const status = random.pick([200, 200, 200, 201, 204, 206, 301, 304, 404, 500, 103, 599]);
  let head = `HTTP/1.${random.next() < 0.9 ? 1 : 0} ${status} reason${end}`;
  for (let count = random.int(0, 6); count > 0; count--) {
    const value = Array.from({ length: random.int(0, 30) }, () => String.fromCharCode(random.int(0x20, 0x7e)));
    head += `X-${random.int(0, 999)}: ${value.join('')}${end}`;
  }
  const framing = random.next();
  if (framing < 0.4) return Buffer.from(`${head}Content-Length: ${body.length}${end}${end}${body}`, 'latin1');
  if (framing < 0.6) return Buffer.from(`${head}${end}${body}`, 'latin1');
  let rest = body;
  let chunked = '';
  while (rest !== '') {
    const piece = rest.slice(0, random.int(1, 80));
    rest = rest.slice(piece.length);
    const extension = random.next() < 0.2 ? ';name="a b"' : '';
    chunked += `${piece.length.toString(16)}${extension}${end}${piece}${end}`;
  }
  const trailer = random.next() < 0.2 ? `Trailer: x${end}` : '';
  return Buffer.from(`${head}Transfer-Encoding: chunked${end}${end}${chunked}0${end}${trailer}${end}`, 'latin1');
}
