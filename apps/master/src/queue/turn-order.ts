/**
 * Whose turn it is: by priority, and among equals fair between owners, so that somebody who queues a hundred runs does
 * not make the others wait for all of them. Pure; the order is worked out anew whenever something has changed.
 */
import type { QueueTicket } from './queue-ticket.js';

/** What an owner has had of the fleet. */
export interface OwnerAccount {
  /** Runs of the owner that have workers now. */
  readonly running: number;
  /** Wall-clock time of the owner's latest turn, milliseconds; 0 when there was none. */
  readonly lastTurnMs: number;
}

const nothing: OwnerAccount = { running: 0, lastTurnMs: 0 };

interface Lane {
  /** Tickets of one owner and priority, oldest first, and how many of them have been placed. */
  readonly tickets: QueueTicket[];
  placed: number;
}

interface Standing {
  /** Turns that the owner has now or was given in this order. */
  turns: number;
  /** When the owner had the last one; turns given in this order count on from the newest real one. */
  last: number;
}

/**
 * Priorities go strictly one before the other. Within one the next turn is for the owner with the fewest turns at the
 * moment, then for the one who waited longest since the last, then for the oldest ticket.
 *
 * @param tickets in any order
 * @param accounts by owner; who is missing has had nothing
 */
export function turnOrder(
  tickets: readonly QueueTicket[],
  accounts: ReadonlyMap<string, OwnerAccount> = new Map(),
): QueueTicket[] {
  const standings = new Map<string, Standing>();
  let newest = 0;
  for (const { owner } of tickets) {
    const { running, lastTurnMs } = accounts.get(owner) ?? nothing;
    standings.set(owner, { turns: running, last: lastTurnMs });
    newest = Math.max(newest, lastTurnMs);
  }
  const order: QueueTicket[] = [];
  for (const lanes of lanesByPriority(tickets)) {
    for (let lane = nextLane(lanes, standings); lane; lane = nextLane(lanes, standings)) {
      const ticket = head(lane);
      if (!ticket) break;
      lane.placed++;
      order.push(ticket);
      const standing = standings.get(ticket.owner);
      if (standing) {
        standing.turns++;
        standing.last = ++newest;
      }
    }
  }
  return order;
}

function lanesByPriority(tickets: readonly QueueTicket[]): Lane[][] {
  const byPriority = new Map<number, Map<string, Lane>>();
  for (const ticket of tickets.toSorted(byAge)) {
    const lanes = byPriority.get(ticket.priority) ?? new Map<string, Lane>();
    byPriority.set(ticket.priority, lanes);
    const lane = lanes.get(ticket.owner);
    if (lane) lane.tickets.push(ticket);
    else lanes.set(ticket.owner, { tickets: [ticket], placed: 0 });
  }
  return [...byPriority].toSorted(([a], [b]) => b - a).map(([, lanes]) => [...lanes.values()]);
}

function nextLane(lanes: readonly Lane[], standings: ReadonlyMap<string, Standing>): Lane | undefined {
  let best: Lane | undefined;
  for (const lane of lanes) {
    if (head(lane) && (!best || goesFirst(lane, best, standings))) best = lane;
  }
  return best;
}

function goesFirst(lane: Lane, other: Lane, standings: ReadonlyMap<string, Standing>): boolean {
  const [mine, theirs] = [head(lane), head(other)];
  if (!mine || !theirs) return false;
  const [a, b] = [standings.get(mine.owner), standings.get(theirs.owner)];
  if (a && b && a.turns !== b.turns) return a.turns < b.turns;
  if (a && b && a.last !== b.last) return a.last < b.last;
  return byAge(mine, theirs) < 0;
}

const head = ({ tickets, placed }: Lane): QueueTicket | undefined => tickets[placed];

/** Ids decide between tickets of the same millisecond, so that every master finds the same order. */
const byAge = (a: QueueTicket, b: QueueTicket): number =>
  a.createdAtMs - b.createdAtMs || (a.id < b.id ? -1 : Number(a.id > b.id));
