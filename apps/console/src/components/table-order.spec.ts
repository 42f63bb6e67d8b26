import fc from 'fast-check';
import { asBefore, type Cell, nextOrder, rowFilter, sortRows, visibleRows } from './table-order.js';

const itself = (value: Cell) => value;

describe('table order', () => {
  it('puts what has no value last in both directions', () => {
    expect(sortRows([3, null, 1, Number.NaN, 2], itself, false).slice(0, 3)).toEqual([1, 2, 3]);
    expect(sortRows([3, null, 1, Number.NaN, 2], itself, true).slice(0, 3)).toEqual([3, 2, 1]);
  });

  it('reads numbers in names as numbers', () => {
    expect(sortRows(['worker-10', 'worker-9'], itself, false)).toEqual(['worker-9', 'worker-10']);
  });

  it('keeps equal rows in place', () => {
    const rows = [
      { id: 1, key: 5 },
      { id: 2, key: 5 },
      { id: 3, key: 5 },
    ];
    expect(sortRows(rows, (row) => row.key, true).map((row) => row.id)).toEqual([1, 2, 3]);
  });

  it('loses and invents no row', () => {
    const cells = fc.array(fc.oneof(fc.integer(), fc.string(), fc.constant(null)));
    fc.assert(
      fc.property(cells, fc.boolean(), (rows, descending) => {
        expect(sortRows<Cell>(rows, itself, descending)).toHaveLength(rows.length);
      }),
    );
  });

  it('filters by all words, in any order and case', () => {
    const rows = ['GET /users', 'POST /users', 'GET /'];
    expect(rows.filter(rowFilter((row: string) => row, 'users get') ?? (() => true))).toEqual(['GET /users']);
    expect(rowFilter((row: string) => row, '  ')).toBeUndefined();
  });

  it('begins a new sorting with the order of the last one, and loses and invents nothing', () => {
    const before = new Map(['c', 'a', 'b'].map((key, index) => [key, index]));
    expect(asBefore(['a', 'b', 'd'], (row) => row, before)).toEqual(['a', 'b', 'd']);
    expect(asBefore(['b', 'a', 'c'], (row) => row, before)).toEqual(['c', 'a', 'b']);
    const keys = fc.array(fc.stringMatching(/^[a-e]{1,2}$/));
    fc.assert(
      fc.property(keys, fc.uniqueArray(fc.stringMatching(/^[a-e]{1,2}$/)), (rows, known) => {
        const order = new Map(known.map((key, index) => [key, index]));
        expect(asBefore(rows, (row) => row, order).toSorted()).toEqual(rows.toSorted());
      }),
    );
  });

  it('starts numbers with the largest and turns round on the second click', () => {
    const first = nextOrder(undefined, 'requests', true);
    expect(first).toEqual({ column: 'requests', descending: true });
    expect(nextOrder(first, 'requests', true).descending).toBe(false);
    expect(nextOrder(first, 'name', false)).toEqual({ column: 'name', descending: false });
  });

  it('shows a window of rows that covers the box and stays inside the list', () => {
    fc.assert(
      fc.property(fc.nat(5000), fc.nat(200_000), fc.integer({ min: 1, max: 2000 }), (count, scrollTop, box) => {
        const { first, end } = visibleRows(count, 36, scrollTop, box);
        expect(first).toBeGreaterThanOrEqual(0);
        expect(end).toBeLessThanOrEqual(count);
        expect(first).toBeLessThanOrEqual(end);
        if (scrollTop + box <= count * 36) {
          expect(first * 36).toBeLessThanOrEqual(scrollTop);
          expect(end * 36).toBeGreaterThanOrEqual(scrollTop + box);
        }
      }),
    );
  });
});
