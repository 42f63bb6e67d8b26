import fc from 'fast-check';
import { SharedInput } from './repeated-text.js';
import { ResponseMemo } from './response-memo.js';
import { COMPLETE, NEEDS_MORE, ResponseParser } from './response-parser.js';
import { brokenForms } from './testing/broken-forms.js';
import { responseForms } from './testing/response-forms.js';

const input = new SharedInput(262_144);

/** Everything that a reading gives. */
function read(parser: ResponseParser, wire: string, head: boolean, cut: number, memo?: ResponseMemo): string {
  const octets = Buffer.from(wire, 'latin1');
  parser.begin(head, true, memo);
  let verdict: number = NEEDS_MORE;
  let from = 0;
  for (const to of [Math.min(cut, octets.length), octets.length]) {
    if (to <= from || verdict !== NEEDS_MORE) continue;
    octets.copy(input.octets, 0, from, to);
    verdict = parser.feed(input.octets, to - from);
    from = to;
  }
  if (verdict === NEEDS_MORE) verdict = parser.close();
  if (verdict !== COMPLETE) return `${verdict} ${parser.error}`;
  const { status, body, bodyBytes, keepAlive, surplus, fields } = parser;
  const { setsCookie, isCoded, idleSeconds, minorVersion } = fields;
  return JSON.stringify([
    status,
    parser.head,
    body,
    bodyBytes,
    keepAlive,
    surplus,
    setsCookie,
    isCoded,
    idleSeconds,
    minorVersion,
  ]);
}

const forms = [
  ...responseForms.map(({ wire, head = false }) => ({ wire, head })),
  ...brokenForms.map(({ wire }) => ({ wire, head: false })),
  {
    wire: 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Encoding: gzip\r\nKeep-Alive: timeout=5\r\n\r\nab',
    head: false,
  },
  { wire: 'HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 2\r\n\r\ncd', head: false },
  { wire: 'HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 2\r\n\r\nce', head: false },
];

describe.each([false, true])('ResponseMemo, strict %s', (strict) => {
  const parser = new ResponseParser(strict);

  it('changes nothing in what is read, response after response', () => {
    for (const { wire, head } of forms) {
      const memo = new ResponseMemo(input);
      const plain = read(parser, wire, head, 0);
      for (let time = 0; time < 4; time++) expect(read(parser, wire, head, 0, memo)).toBe(plain);
    }
  });

  it('changes nothing either where responses of all kinds follow each other, whole or in two pieces', () => {
    const one = fc.record({
      form: fc.nat(forms.length - 1),
      times: fc.integer({ min: 1, max: 4 }),
      cut: fc.oneof(fc.constant(0), fc.nat(120)),
    });
    fc.assert(
      fc.property(fc.array(one, { minLength: 1, maxLength: 30 }), (list) => {
        const memo = new ResponseMemo(input);
        for (const { form, times, cut } of list) {
          const { wire, head } = forms[form] as (typeof forms)[number];
          for (let time = 0; time < times; time++)
            expect(read(parser, wire, head, cut, memo)).toBe(read(parser, wire, head, cut));
        }
      }),
    );
  });

  it('reads a head anew when only its date has changed, and its body when only that has', () => {
    const wire = (second: number, body: string): string =>
      `HTTP/1.1 200 OK\r\nDate: Sun, 22 Nov 2026 18:00:0${second} GMT\r\nContent-Length: 2\r\n\r\n${body}`;
    const memo = new ResponseMemo(input);
    const seen = [wire(0, 'ab'), wire(0, 'ab'), wire(0, 'ab'), wire(1, 'ab'), wire(1, 'ac'), wire(1, 'ac')];
    for (const each of seen) {
      read(parser, each, false, 0, memo);
      expect(parser.head + parser.body.toString()).toBe(each);
    }
    expect(memo.head.length).toBe(wire(0, '').length);
    expect(memo.body.length).toBe(2);
  });
});
