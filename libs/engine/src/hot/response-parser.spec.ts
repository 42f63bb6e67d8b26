import fc from 'fast-check';
import { BROKEN, COMPLETE, NEEDS_MORE, ResponseParser, type Verdict } from './response-parser.js';
import { brokenForms } from './testing/broken-forms.js';
import { type ResponseForm, responseForms } from './testing/response-forms.js';

// As in the engine: all pieces come in one buffer, which is overwritten by the next.
const shared = Buffer.alloc(262_144);

function read(parser: ResponseParser, wire: Buffer, cuts: readonly number[], head = false): Verdict {
  parser.begin(head, true);
  let from = 0;
  for (const to of [...cuts, wire.length]) {
    if (to <= from) continue;
    shared.fill(0xaa);
    wire.copy(shared, 0, from, to);
    const verdict = parser.feed(shared, to - from);
    // The rest is what a connection sees as octets beyond the response.
    if (verdict === COMPLETE) parser.surplus += wire.length - to;
    if (verdict !== NEEDS_MORE) return verdict;
    from = to;
  }
  return parser.close();
}

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

function expectForm(parser: ResponseParser, verdict: Verdict, form: ResponseForm): void {
  const seen = {
    verdict,
    status: parser.status,
    body: parser.body,
    bytes: parser.bodyBytes,
    keepAlive: parser.keepAlive,
    surplus: parser.surplus,
  };
  const { status, body, keepAlive, surplus = 0 } = form;
  if (
    JSON.stringify(seen) !== JSON.stringify({ verdict: COMPLETE, status, body, bytes: body.length, keepAlive, surplus })
  ) {
    // `toEqual` only where it fails: it is far slower than the parser.
    expect(seen).toEqual({ verdict: COMPLETE, status, body, bytes: body.length, keepAlive, surplus });
  }
}

describe('ResponseParser', () => {
  describe.each([
    ['lenient', false],
    ['strict', true],
  ])('%s', (_mode, strict) => {
    const parser = new ResponseParser(strict);

    it.each(responseForms.filter((form) => !strict || !form.lenientOnly))('reads $what, however it is cut', (form) => {
      const wire = latin1(form.wire);
      expectForm(parser, read(parser, wire, [], form.head), form);
      const headEnd = parser.head;
      for (let first = 1; first < wire.length; first++) {
        expectForm(parser, read(parser, wire, [first], form.head), form);
        // With its last line end in a later piece the head must still be whole.
        expect(parser.head === headEnd).toBe(true);
        for (let second = first + 1; second < wire.length; second++) {
          expectForm(parser, read(parser, wire, [first, second], form.head), form);
        }
      }
      const single = Array.from({ length: wire.length }, (_, at) => at);
      expectForm(parser, read(parser, wire, single, form.head), form);
    });

    it.each([
      ...brokenForms.filter((form) => strict || !form.strictOnly),
      ...(strict
        ? responseForms.filter((form) => form.lenientOnly).map(({ what, wire }) => ({ what, wire, error: '' }))
        : []),
    ])('refuses $what, however it is cut', ({ wire, error }) => {
      const bytes = latin1(wire);
      expect(read(parser, bytes, [])).toBe(BROKEN);
      expect(parser.error).toContain(error);
      const step = Math.max(1, Math.floor(bytes.length / 300));
      for (let cut = 1; cut < bytes.length; cut += step) {
        if (read(parser, bytes, [cut]) !== BROKEN) throw new Error(`taken when cut at ${cut}`);
      }
      // Octet by octet, the end only where it is long.
      const single = Array.from({ length: bytes.length }, (_, at) => at).slice(0, 400);
      expect(read(parser, bytes, single)).toBe(BROKEN);
    });
  });

  it.each(responseForms.filter((form) => !form.byClose && form.surplus === undefined))(
    'asks for more of a $what response cut short',
    ({ wire, head }) => {
      const parser = new ResponseParser();
      const bytes = latin1(wire);
      for (let length = 0; length < bytes.length; length++) {
        expect(read(parser, bytes.subarray(0, length), [], head)).toBe(NEEDS_MORE);
        expect(parser.error).toMatch(/^connection closed/);
      }
    },
  );

  it('drops a body that is not wanted, but counts it', () => {
    const parser = new ResponseParser();
    parser.begin(false, false);
    const wire = latin1('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n');
    expect(parser.feed(wire, wire.length)).toBe(COMPLETE);
    expect([parser.body, parser.bodyBytes]).toEqual(['', 5]);
  });

  it('notices what matters to the client: cookies and how long an idle connection lasts', () => {
    const parser = new ResponseParser();
    read(
      parser,
      latin1('HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nKeep-Alive: max=3, timeout=5\r\nContent-Length: 0\r\n\r\n'),
      [],
    );
    expect([parser.fields.setsCookie, parser.fields.idleSeconds]).toEqual([true, 5]);
    read(parser, latin1('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'), []);
    expect([parser.fields.setsCookie, parser.fields.idleSeconds]).toEqual([false, 0]);
  });

  it('reads any response built from the grammar, whatever the cuts', () => {
    const parser = new ResponseParser(true);
    const token = fc.stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,12}$/).map((name) => `X-${name}`);
    const value = fc.string({ unit: fc.constantFrom(...Array.from('abc 0,;:="\t/\xe4')), maxLength: 20 });
    const bodies = fc.array(fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 40 }), { maxLength: 5 });
    fc.assert(
      fc.property(
        fc.integer({ min: 200, max: 599 }).filter((status) => status !== 204 && status !== 304),
        fc.array(fc.tuple(token, value), { maxLength: 8 }),
        bodies,
        fc.constantFrom('length', 'chunked', 'close'),
        fc.array(fc.nat(600), { maxLength: 12 }),
        (status, fields, pieces, framing, cuts) => {
          const body = pieces.join('');
          const lines = fields.map(([name, text]) => `${name}: ${text}\r\n`).join('');
          const chunks = `${pieces.map((piece) => `${piece.length.toString(16)}\r\n${piece}\r\n`).join('')}0\r\n\r\n`;
          const frame = {
            length: `Content-Length: ${body.length}\r\n`,
            chunked: 'Transfer-Encoding: chunked\r\n',
            close: '',
          }[framing];
          const wire = latin1(`HTTP/1.1 ${status} x\r\n${lines}${frame}\r\n${framing === 'chunked' ? chunks : body}`);
          const verdict = read(
            parser,
            wire,
            [...cuts].sort((a, b) => a - b).filter((cut) => cut < wire.length),
          );
          expect([verdict, parser.status, parser.body]).toEqual([COMPLETE, status, body]);
        },
      ),
      { numRuns: 500 },
    );
  });

  describe('under damage', () => {
    // Every verdict must be the same whatever the cuts, and nothing may throw or run on.
    const damage = fc.record({
      form: fc.constantFrom(...responseForms),
      edits: fc.array(
        fc.record({
          kind: fc.constantFrom('set', 'insert', 'delete', 'repeat', 'swap'),
          at: fc.double({ min: 0, max: 0.999999, noNaN: true }),
          octet: fc.oneof(fc.nat(255), fc.constantFrom(0, 9, 10, 13, 32, 44, 48, 58, 59)),
          length: fc.integer({ min: 1, max: 12 }),
        }),
        { minLength: 1, maxLength: 4 },
      ),
      cuts: fc.array(fc.nat(400), { maxLength: 10 }),
    });

    it.each([
      ['lenient', false],
      ['strict', true],
    ])('comes to one verdict, the same for all cuts (%s)', (_mode, strict) => {
      const parser = new ResponseParser(strict);
      const outcome = (wire: Buffer, cuts: readonly number[], head: boolean | undefined): string => {
        const verdict = read(parser, wire, cuts, head);
        if (verdict !== COMPLETE) return `${verdict}`;
        return `${verdict} ${parser.status} ${parser.surplus} ${parser.keepAlive} ${parser.head} ${String(parser.body)}`;
      };
      fc.assert(
        fc.property(damage, ({ form, edits, cuts }) => {
          let wire = [...latin1(form.wire)];
          for (const { kind, at, octet, length } of edits) {
            const index = Math.floor(at * wire.length);
            if (kind === 'set') wire[index] = octet;
            else if (kind === 'insert') wire.splice(index, 0, octet);
            else if (kind === 'delete') wire.splice(index, length);
            else if (kind === 'repeat') wire.splice(index, 0, ...wire.slice(index, index + length));
            else wire = [...wire.slice(index), ...wire.slice(0, index)];
          }
          const bytes = Buffer.from(wire);
          const whole = outcome(bytes, [], form.head);
          const ordered = cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b);
          expect(outcome(bytes, ordered, form.head)).toBe(whole);
          expect(
            outcome(
              bytes,
              Array.from({ length: bytes.length }, (_, at) => at),
              form.head,
            ),
          ).toBe(whole);
        }),
        { numRuns: 3_000 },
      );
    });

    it('survives octets at random', () => {
      const parser = new ResponseParser();
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (octets, prefixed) => {
          const bytes = Buffer.concat([latin1(prefixed ? 'HTTP/1.1 200 OK\r\n' : ''), octets]);
          expect([NEEDS_MORE, COMPLETE, BROKEN]).toContain(read(parser, bytes, []));
        }),
        { numRuns: 1_000 },
      );
    });
  });
});
