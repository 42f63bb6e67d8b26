/**
 * Whose turn it is: by priority, and among equals fair between owners, so that somebody who queues a hundred runs does
 * not make the others wait for all of them. Pure; the order is worked out anew whenever something has changed.
 */
import type { QueueTicket } from './queue-ticket.js';

interface Lane {
  /** Tickets of one owner and priority, oldest first, and how many of them have been placed. */
  readonly tickets: QueueTicket[];
  placed: number;
}

/**
 * Priorities go strictly one before the other. Within one, the next turn is for the owner who has waited longest since
 * the last, then for the oldest ticket. So the order that is told is the one that comes true, unless somebody joins.
 *
 * @param tickets in any order
 * @param lastTurns wall-clock time of the latest turn by owner, milliseconds; who is missing has had none
 */
export function turnOrder(
  tickets: readonly QueueTicket[],
  lastTurns: ReadonlyMap<string, number> = new Map(),
): QueueTicket[] {
  const last = new Map(lastTurns);
  // Turns given in this order count on from the newest real one.
  let newest = Math.max(0, ...last.values());
  const order: QueueTicket[] = [];
  for (const lanes of lanesByPriority(tickets)) {
    for (let lane = nextLane(lanes, last); lane; lane = nextLane(lanes, last)) {
      const ticket = head(lane);
      if (!ticket) break;
      lane.placed++;
      order.push(ticket);
      last.set(ticket.owner, ++newest);
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

function nextLane(lanes: readonly Lane[], last: ReadonlyMap<string, number>): Lane | undefined {
  let best: Lane | undefined;
  for (const lane of lanes) {
    if (head(lane) && (!best || goesFirst(lane, best, last))) best = lane;
  }
  return best;
}

function goesFirst(lane: Lane, other: Lane, last: ReadonlyMap<string, number>): boolean {
  const [mine, theirs] = [head(lane), head(other)];
  if (!mine || !theirs) return false;
  const difference = (last.get(mine.owner) ?? 0) - (last.get(theirs.owner) ?? 0);
  return (difference || byAge(mine, theirs)) < 0;
}

const head = ({ tickets, placed }: Lane): QueueTicket | undefined => tickets[placed];

/** Ids decide between tickets of the same millisecond, so that every master finds the same order. */
const byAge = (a: QueueTicket, b: QueueTicket): number =>
  a.createdAtMs - b.createdAtMs || (a.id < b.id ? -1 : Number(a.id > b.id));
