import fc from 'fast-check';
import type { QueueTicket } from './queue-ticket.js';
import { type OwnerAccount, turnOrder } from './turn-order.js';

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
    const accounts = new Map<string, OwnerAccount>([
      ['a', { running: 0, lastTurnMs: 20 }],
      ['b', { running: 0, lastTurnMs: 10 }],
    ]);
    expect(ownersOf(turnOrder(tickets, accounts))).toBe('cbaa');
  });

  it('puts an owner whose run has the workers behind those who have none', () => {
    const accounts = new Map([['a', { running: 1, lastTurnMs: 1 }]]);
    expect(ownersOf(turnOrder([ticket('a'), ticket('b'), ticket('b')], accounts))).toBe('bab');
  });

  const tickets = fc.array(
    fc.record({ owner: fc.constantFrom('a', 'b', 'c', 'd'), priority: fc.integer({ min: -2, max: 2 }) }),
    { maxLength: 60 },
  );

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
        const accounts = new Map<string, { running: number; lastTurnMs: number }>();
        const turns = new Map<string, number>();
        // As the queue does it: one turn, which ends, then the order is worked out anew.
        for (let now = 1; left.length > 0; now++) {
          const waiting = new Set(left.map(({ owner }) => owner));
          const [next] = turnOrder(left, accounts);
          if (!next) throw new Error('nobody has a turn');
          left.splice(left.indexOf(next), 1);
          accounts.set(next.owner, { running: 0, lastTurnMs: now });
          turns.set(next.owner, (turns.get(next.owner) ?? 0) + 1);
          const counts = [...waiting].map((owner) => turns.get(owner) ?? 0);
          expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});
