import fc from 'fast-check';
import { RepeatedText, SharedInput } from './repeated-text.js';

function inputWith(text: string, from = 0): SharedInput {
  const input = new SharedInput(4_096);
  input.octets.fill(0xaa);
  input.octets.write(text, from, 'latin1');
  return input;
}

/** What stands there is remembered: the first of its kind is passed over. */
function remembering(input: SharedInput, from: number, to: number): RepeatedText {
  const repeated = new RepeatedText(input);
  const text = input.octets.toString('latin1', from, to);
  expect(repeated.offer(from, to, text)).toBe(false);
  expect(repeated.offer(from, to, text)).toBe(true);
  return repeated;
}

describe('RepeatedText', () => {
  it('knows exactly the octets that it remembers, wherever they begin and however long they are', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 40 }),
        fc.nat(9),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (octets, from, where, flip) => {
          const input = inputWith('');
          input.octets.set(octets, from);
          const to = from + octets.length;
          const repeated = remembering(input, from, to);
          expect(repeated.isAt(from, to)).toBe(true);
          // What stands around it does not matter.
          input.octets.fill(0x55, to);
          input.octets.fill(0x55, 0, from);
          expect(repeated.isAt(from, to + 5)).toBe(true);
          expect(repeated.text).toBe(Buffer.from(octets).toString('latin1'));
          const at = from + (where % octets.length);
          input.octets[at] = (input.octets[at] as number) ^ flip;
          expect(repeated.isAt(from, to)).toBe(false);
        },
      ),
    );
  });

  it('takes what is cut short, or stands elsewhere, for another', () => {
    const input = inputWith('HTTP/1.1 200 OK');
    const repeated = remembering(input, 0, 15);
    expect(repeated.isAt(0, 14)).toBe(false);
    input.octets.write('HTTP/1.1 200 OK', 4, 'latin1');
    expect(repeated.isAt(4, 19)).toBe(false);
  });

  it('knows nothing before it was offered something', () => {
    const repeated = new RepeatedText(inputWith('x'));
    expect(repeated.isAt(0, 0)).toBe(false);
    expect(repeated.isAt(0, 8)).toBe(false);
  });

  it('remembers ever fewer of those that never come again, and the next at once when one did', () => {
    const input = inputWith('head of a response');
    const repeated = new RepeatedText(input);
    const offers = Array.from({ length: 20_000 }, () => repeated.offer(0, 18, 'head of a response'));
    expect(offers.filter(Boolean).length).toBeLessThan(40);
    expect(offers.slice(0, 12).filter(Boolean).length).toBeGreaterThan(1);
    expect(repeated.isAt(0, 18)).toBe(true);
    input.octets.write('HEAD', 0, 'latin1');
    expect(repeated.offer(0, 18, 'HEAD of a response')).toBe(true);
  });

  it('does not remember long ones', () => {
    const input = inputWith('x'.repeat(1_100));
    const repeated = new RepeatedText(input);
    repeated.offer(0, 1_100, '');
    expect(repeated.offer(0, 1_100, '')).toBe(false);
  });
});
