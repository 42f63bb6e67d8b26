import fc from 'fast-check';
import { PartAssembler, splitBytes } from './parts.js';

describe('parts', () => {
  it('come together again in any order, with repeats, beside another transfer', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        fc.uint8Array({ maxLength: 200 }),
        fc.integer({ min: 1, max: 50 }),
        fc.infiniteStream(fc.nat()),
        (one, two, partBytes, order) => {
          const assembler = new PartAssembler('test');
          const deliveries = [one, two].flatMap((bytes, key) =>
            splitBytes(bytes, partBytes).map((part, i, all) => ({ key: String(key), i, n: all.length, part })),
          );
          deliveries.sort(() => (order.next().value! % 2 === 0 ? 1 : -1));
          const whole = new Map<string, Uint8Array>();
          for (const { key, i, n, part } of deliveries.flatMap((delivery) => [delivery, delivery])) {
            const done = assembler.add(key, i, n, part);
            if (done && !whole.has(key)) whole.set(key, done);
          }
          expect([...(whole.get('0') ?? [])]).toEqual([...one]);
          expect([...(whole.get('1') ?? [])]).toEqual([...two]);
        },
      ),
    );
  });

  it('holds a bounded number of unfinished transfers and refuses a changed count', () => {
    const assembler = new PartAssembler('test', 2);
    for (let key = 0; key < 100; key++) assembler.add(String(key), 0, 2, new Uint8Array(1));
    expect((assembler as unknown as { open: Map<string, unknown> }).open.size).toBe(2);
    expect(() => assembler.add('99', 1, 3, new Uint8Array(1))).toThrow('parts differs');
  });
});
