import fc from 'fast-check';
import type { QueueTicket } from './queue-ticket.js';
import { turnOrder } from './turn-order.js';

let count = 0;
const ticket = (owner: string, change: Partial<QueueTicket> = {}): QueueTicket => ({
  id: `run${String(count).padStart(6, '0')}`,
  owner,
  priority: 0,
  notBeforeMs: undefined,
  minWorkers: 1,
  labels: {},
  createdAtMs: count++,
  ...change,
});
const ownersOf = (tickets: readonly QueueTicket[]): string => tickets.map(({ owner }) => owner).join('');

describe('the order of turns', () => {
  const tickets = fc.array(
    fc.record({ owner: fc.constantFrom('a', 'b', 'c', 'd'), priority: fc.integer({ min: -2, max: 2 }) }),
    { maxLength: 60 },
  );

  it('is by age for one owner', () => {
    const tickets = [ticket('a'), ticket('a'), ticket('a')];
    expect(turnOrder(tickets.toReversed())).toEqual(tickets);
  });

  it('puts higher priorities first, whoever they belong to', () => {
    const [low, middle, high] = [-1, 0, 7].map((priority) => ticket('a', { priority }));
    expect(
      turnOrder([low, middle, high, ticket('b', { priority: -2 })].filter((each) => each !== undefined)),
    ).toMatchObject([{ priority: 7 }, { priority: 0 }, { priority: -1 }, { priority: -2 }]);
  });

  it('lets the owner of one run pass the owner of a hundred', () => {
    const many = Array.from({ length: 100 }, () => ticket('a'));
    const late = ticket('b');
    expect(turnOrder([...many, late]).indexOf(late)).toBe(1);
  });

  it('goes on with the round where the last turn left it', () => {
    const tickets = [ticket('a'), ticket('a'), ticket('b'), ticket('c')];
    const lastTurns = new Map([
      ['a', 20],
      ['b', 10],
    ]);
    expect(ownersOf(turnOrder(tickets, lastTurns))).toBe('cbaa');
  });

  it('comes true: what is told as the whole order is what the turns are, one by one', () => {
    fc.assert(
      fc.property(tickets, (wishes) => {
        const left = wishes.map(({ owner, priority }) => ticket(owner, { priority }));
        const told = turnOrder(left);
        const lastTurns = new Map<string, number>();
        for (const [turn, expected] of told.entries()) {
          const [next] = turnOrder(left, lastTurns);
          expect(next).toBe(expected);
          left.splice(left.indexOf(expected), 1);
          lastTurns.set(expected.owner, turn + 1);
        }
      }),
    );
  });

  it('loses and repeats nothing, keeps priorities apart and each owner’s runs in order', () => {
    fc.assert(
      fc.property(tickets, (wishes) => {
        const asked = wishes.map(({ owner, priority }) => ticket(owner, { priority }));
        const order = turnOrder(asked);
        expect(new Set(order)).toEqual(new Set(asked));
        expect(order).toHaveLength(asked.length);
        for (const [place, { owner, priority, createdAtMs }] of order.entries()) {
          for (const later of order.slice(place + 1)) {
            expect(later.priority).toBeLessThanOrEqual(priority);
            if (later.owner === owner && later.priority === priority) {
              expect(later.createdAtMs).toBeGreaterThan(createdAtMs);
            }
          }
        }
      }),
    );
  });

  it('is fair: while two owners wait, none has two turns more than the other', () => {
    fc.assert(
      fc.property(tickets, (wishes) => {
        const left = wishes.map(({ owner }) => ticket(owner));
        const lastTurns = new Map<string, number>();
        const turns = new Map<string, number>();
        // As the queue does it: one turn, which ends, then the order is worked out anew.
        for (let now = 1; left.length > 0; now++) {
          const waiting = new Set(left.map(({ owner }) => owner));
          const [next] = turnOrder(left, lastTurns);
          if (!next) throw new Error('nobody has a turn');
          left.splice(left.indexOf(next), 1);
          lastTurns.set(next.owner, now);
          turns.set(next.owner, (turns.get(next.owner) ?? 0) + 1);
          const counts = [...waiting].map((owner) => turns.get(owner) ?? 0);
          expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});
