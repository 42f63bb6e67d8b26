import fc from 'fast-check';
import { UserStore } from './user-store.js';

const createdAt = '2026-01-01T00:00:00.000Z';
const idOf = (text: string) => (JSON.parse(text) as { id: number }).id;

test('keeps the first five and the newest, whatever is created', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 5, max: 20 }),
      fc.nat(60),
      fc.integer({ min: 1, max: 7 }),
      (maxUsers, creations, perPage) => {
        const store = new UserStore(maxUsers, createdAt);
        for (let i = 0; i < creations; i++)
          expect(idOf(store.create({ name: `n${i}`, email: null }, createdAt))).toBe(6 + i);
        const kept = Math.min(creations, maxUsers - 5);
        const ids = [1, 2, 3, 4, 5, ...Array.from({ length: kept }, (_, i) => 5 + creations - kept + 1 + i)];
        expect(store.count).toBe(ids.length);
        const pages = Array.from({ length: Math.ceil(ids.length / perPage) }, (_, i) =>
          store.page(i + 1, perPage),
        ).flat();
        expect(pages.map(idOf)).toEqual(ids);
        for (let id = 0; id <= creations + 7; id++) {
          const found = store.find(id);
          expect(found === undefined ? undefined : idOf(found)).toBe(ids.includes(id) ? id : undefined);
        }
      },
    ),
  );
});
