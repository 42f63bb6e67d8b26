/** Which of the waiting runs can begin now, and with which workers. Pure. */
import { carries, type QueueTicket, type WorkerLabels } from './queue-ticket.js';

export interface PoolWorker {
  readonly id: string;
  readonly labels: WorkerLabels;
  /** Whether it can be given a run now. */
  readonly isFree: boolean;
}

export interface Turn {
  readonly ticket: QueueTicket;
  /** Every free worker that carries the labels; runs that are to run side by side ask for different labels. */
  readonly workers: readonly string[];
}

/**
 * Goes through the tickets in order. One that finds too few free workers keeps them from those behind it, or a stream of
 * small runs would keep a large one waiting for ever; unless the whole fleet, busy workers included, is too small for
 * it, because then nobody knows how long it will wait.
 *
 * @param tickets in the order of their turns, those whose time has not come left out
 * @param workers all that could be given a run now or later
 */
export function takeTurns(tickets: readonly QueueTicket[], workers: readonly PoolWorker[]): Turn[] {
  const spoken = new Set<string>();
  const turns: Turn[] = [];
  for (const ticket of tickets) {
    const fitting = workers.filter(({ labels }) => carries(labels, ticket.labels));
    const free = fitting.filter(({ id, isFree }) => isFree && !spoken.has(id));
    if (free.length >= ticket.minWorkers) {
      turns.push({ ticket, workers: free.map(({ id }) => id) });
      for (const { id } of free) spoken.add(id);
    } else if (fitting.length >= ticket.minWorkers) {
      for (const { id } of fitting) spoken.add(id);
    }
  }
  return turns;
}
