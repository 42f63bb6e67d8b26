// What reading a response costs, without a socket: octets in, verdict out.
import { SharedInput } from '../../../../libs/engine/src/hot/repeated-text.js';
import { ResponseMemo } from '../../../../libs/engine/src/hot/response-memo.js';
import { COMPLETE, ResponseParser } from '../../../../libs/engine/src/hot/response-parser.js';
import type { MicroCase } from '../micro-case.js';
import { timed } from '../micro-case.js';

const small =
  'HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nDate: Sun, 22 Nov 2026 18:00:00 GMT\r\nContent-Type: application/json\r\nContent-Length: 27\r\nConnection: keep-alive\r\n\r\n{"id":1,"name":"user name"}';
const fields = Array.from({ length: 12 }, (_, index) => `X-Field-Number-${index}: a value of ordinary length\r\n`).join(
  '',
);
const ordinary = `HTTP/1.1 200 OK\r\n${fields}Content-Type: text/html\r\nContent-Length: 2048\r\nVary: Accept\r\n\r\n${'x'.repeat(2_048)}`;
const chunked = `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${`80\r\n${'y'.repeat(128)}\r\n`.repeat(4)}0\r\n\r\n`;
const large = `HTTP/1.1 200 OK\r\nContent-Length: 102400\r\n\r\n${'z'.repeat(102_400)}`;

/** Pieces as the socket would deliver them into a buffer of 64 kB. */
function reading(text: string, { keep = true, pieceBytes = 65_536 } = {}): (count: number) => number {
  const parser = new ResponseParser();
  const wire = Buffer.from(text, 'latin1');
  const pieces: Buffer[] = [];
  for (let at = 0; at < wire.length; at += pieceBytes) pieces.push(wire.subarray(at, at + pieceBytes));
  return (count) => {
    let octets = 0;
    for (let i = 0; i < count; i++) {
      parser.begin(false, keep);
      let verdict = 0;
      for (let at = 0; at < pieces.length; at++)
        verdict = parser.feed(pieces[at] as Buffer, (pieces[at] as Buffer).length);
      if (verdict !== COMPLETE) throw new Error(parser.error);
      octets += parser.bodyBytes;
      parser.release();
    }
    return octets;
  };
}

/** Responses to one request after another, as the engine reads them: into one buffer, with a memory of the last one. */
function readingWithMemo(texts: readonly string[]): (count: number) => number {
  const parser = new ResponseParser();
  const input = new SharedInput(65_536);
  const memo = new ResponseMemo(input);
  const wires = texts.map((text) => Buffer.from(text, 'latin1'));
  return (count) => {
    let octets = 0;
    for (let i = 0; i < count; i++) {
      const wire = wires[i % wires.length] as Buffer;
      wire.copy(input.octets);
      parser.begin(false, true, memo);
      if (parser.feed(input.octets, wire.length) !== COMPLETE) throw new Error(parser.error);
      octets += parser.bodyBytes;
      parser.release();
    }
    return octets;
  };
}

/** As many responses as digits, which differ in their last octet, or in an octet of their head. */
const varied = (of: (digit: number) => string): string[] => Array.from({ length: 10 }, (_, digit) => of(digit));

export const micro: MicroCase = {
  name: 'parser',
  order: 10,
  title: 'Response parser',
  run: () => [
    timed('27 bytes of JSON, five fields', reading(small)),
    timed('the same, equal to the last one', readingWithMemo([small])),
    timed('the same, another body each time', readingWithMemo(varied((digit) => small.slice(0, -1) + digit))),
    timed(
      'the same, another head each time',
      readingWithMemo(varied((digit) => small.replace(':00 GMT', `:0${digit} GMT`))),
    ),
    timed('the same, body discarded', reading(small, { keep: false })),
    timed('the same, cut in the head', reading(small, { pieceBytes: 70 })),
    timed('2 kB, fifteen fields', reading(ordinary)),
    timed('four chunks of 128 bytes', reading(chunked)),
    timed('100 kB in two reads', reading(large)),
    timed('100 kB, body discarded', reading(large, { keep: false })),
  ],
};
