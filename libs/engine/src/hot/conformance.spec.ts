/** What nodejs/llhttp's own tests describe, case by case, in both modes, whole and cut at every octet. */
import { BROKEN, COMPLETE, NEEDS_MORE, ResponseParser, type Verdict } from './response-parser.js';
import type { ConformanceCase, Expectation } from './testing/conformance-case.js';
import { chunks, codings, lengths } from './testing/conformance-framing.js';
import { connection, fields, statusLines } from './testing/conformance-heads.js';

const groups: Readonly<Record<string, readonly ConformanceCase[]>> = {
  'status lines': statusLines,
  fields,
  connection,
  lengths,
  codings,
  chunks,
};

// All pieces come in one buffer that the next overwrites, as in the engine.
const shared = Buffer.alloc(65_536);

function read(parser: ResponseParser, wire: Buffer, cuts: readonly number[], head: boolean): Verdict {
  parser.begin(head, true);
  let from = 0;
  for (const to of [...cuts, wire.length]) {
    if (to <= from) continue;
    shared.fill(0xaa, 0, to - from);
    wire.copy(shared, 0, from, to);
    const verdict = parser.feed(shared, to - from);
    // What a connection would see as octets beyond the response.
    if (verdict === COMPLETE) parser.surplus += wire.length - to;
    if (verdict !== NEEDS_MORE) return verdict;
    from = to;
  }
  return parser.close();
}

function seen(parser: ResponseParser, verdict: Verdict, expected: Expectation): Expectation {
  if (verdict === NEEDS_MORE) return { kind: 'short' };
  if (verdict === BROKEN) {
    const known = expected.kind === 'refused' && parser.error.includes(expected.error);
    return { kind: 'refused', error: known ? expected.error : parser.error };
  }
  const { status, keepAlive, surplus } = parser;
  return { kind: 'taken', status, body: String(parser.body), keepAlive, surplus };
}

describe.each(Object.entries(groups))('%s', (_group, cases) => {
  const runs = cases.flatMap((one) => [
    { ...one, mode: 'strict', expected: one.strict },
    { ...one, mode: 'lenient', expected: one.lenient },
  ]);

  it.each(runs)('$name ($mode)', ({ wire: text, head = false, mode, expected }) => {
    const parser = new ResponseParser(mode === 'strict');
    const wire = Buffer.from(text, 'latin1');
    const check = (cuts: readonly number[]): void =>
      expect(seen(parser, read(parser, wire, cuts, head), expected)).toEqual(expected);
    check([]);
    for (let cut = 1; cut < wire.length; cut++) check([cut]);
    check(Array.from({ length: wire.length }, (_, at) => at));
  });
});
