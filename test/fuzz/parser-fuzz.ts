/**
 * The real response parser on damaged responses. What must hold of every one: no exception, an end in good time, the same
 * reading whatever the cuts, and a body of as many octets as were counted.
 */
import type { SeededRandom } from '@loadstar/shared';
import { SharedInput } from '../../libs/engine/src/hot/repeated-text.js';
import { ResponseMemo } from '../../libs/engine/src/hot/response-memo.js';
import {
  BROKEN,
  COMPLETE,
  NEEDS_MORE,
  ResponseParser,
  type Verdict,
} from '../../libs/engine/src/hot/response-parser.js';
import { damagedResponse } from './damaged-response.js';

/** Processor time, which is far more than any response of a few kB can take. */
const longestUs = 2_000_000;
const parsers = [new ResponseParser(false), new ResponseParser(true)];
// One buffer for all pieces, as in the engine.
const input = new SharedInput(65_536);

export interface ParserCounts {
  responses: number;
  complete: number;
  broken: number;
  short: number;
}

export const noResponses = (): ParserCounts => ({ responses: 0, complete: 0, broken: 0, short: 0 });

/** @throws Error with the octets of the response that broke a rule */
export function fuzzParser(random: SeededRandom, responses: number, counts: ParserCounts): void {
  for (let i = 0; i < responses; i++) {
    const wire = damagedResponse(random);
    const head = random.next() < 0.1;
    const keep = random.next() < 0.9;
    const cuts = Array.from({ length: random.int(0, 8) }, () => random.int(0, wire.length)).toSorted((a, b) => a - b);
    const before = process.cpuUsage();
    for (const parser of parsers) {
      const whole = reading(parser, wire, [], head, keep);
      const inPieces = reading(parser, wire, cuts, head, keep);
      const bySingles = reading(
        parser,
        wire,
        Array.from({ length: wire.length }, (_, at) => at),
        head,
        keep,
      );
      if (whole !== inPieces)
        throw new Error(`cut at ${cuts.join(' ')} it reads ${inPieces}, whole ${whole}: ${shown(wire)}`);
      if (whole !== bySingles) throw new Error(`octet by octet it reads ${bySingles}, whole ${whole}: ${shown(wire)}`);
      const memo = new ResponseMemo(input);
      // The first is passed over, the second remembered, the third compared with it.
      for (let time = 0; time < 3; time++) {
        const again = reading(parser, wire, [], head, keep, memo);
        if (whole !== again) throw new Error(`once more it reads ${again}, not ${whole}: ${shown(wire)}`);
      }
      const verdict = Number(whole[0]);
      counts.responses++;
      if (verdict === COMPLETE) counts.complete++;
      else if (verdict === BROKEN) counts.broken++;
      else counts.short++;
    }
    const { user, system } = process.cpuUsage(before);
    if (user + system > longestUs) throw new Error(`took ${(user + system) / 1_000} ms: ${shown(wire)}`);
  }
}

/** What came of it, as text that can be compared; the verdict first. */
function reading(
  parser: ResponseParser,
  wire: Buffer,
  cuts: readonly number[],
  head: boolean,
  keep: boolean,
  memo?: ResponseMemo,
): string {
  const verdict = read(parser, wire, cuts, head, keep, memo);
  if (verdict !== COMPLETE) return `${verdict}`;
  const { status, surplus, keepAlive, body, bodyBytes } = parser;
  const { length } = body;
  if (length !== (keep ? bodyBytes : 0))
    throw new Error(`a body of ${length} octets, counted ${bodyBytes}: ${shown(wire)}`);
  if (status < 200 || surplus < 0) throw new Error(`status ${status}, ${surplus} octets too many: ${shown(wire)}`);
  return `${verdict} ${status} ${surplus} ${keepAlive} ${bodyBytes} ${parser.head} ${String(body)}`;
}

function read(
  parser: ResponseParser,
  wire: Buffer,
  cuts: readonly number[],
  head: boolean,
  keep: boolean,
  memo: ResponseMemo | undefined,
): Verdict {
  parser.begin(head, keep, memo);
  let from = 0;
  for (const to of [...cuts, wire.length]) {
    if (to <= from) continue;
    wire.copy(input.octets, 0, from, to);
    const verdict = parser.feed(input.octets, to - from);
    if (verdict === COMPLETE) parser.surplus += wire.length - to;
    if (verdict !== NEEDS_MORE) return verdict;
    from = to;
  }
  return parser.close();
}

const shown = (wire: Buffer): string => JSON.stringify(wire.toString('latin1'));
