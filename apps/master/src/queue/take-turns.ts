/** Which of the waiting runs can begin now, and with which workers. Pure. */
import { carries, type QueueTicket, type WorkerLabels } from './queue-ticket.js';

export interface PoolWorker {
  readonly id: string;
  readonly labels: WorkerLabels;
  /** free: can be given a run now · ending: has no run any more and is free in a moment · busy: in a run, or being given one */
  readonly state: 'free' | 'ending' | 'busy';
}

export interface Turn {
  readonly ticket: QueueTicket;
  /**
   * Every worker that carries the labels and is free, or is about to be, or the first one to be free would be the only
   * one of the next run. Runs that are to run side by side ask for different labels.
   */
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
    const idle = fitting.filter(({ id, state }) => state !== 'busy' && !spoken.has(id));
    if (idle.filter(({ state }) => state === 'free').length >= ticket.minWorkers) {
      turns.push({ ticket, workers: idle.map(({ id }) => id) });
      for (const { id } of idle) spoken.add(id);
    } else if (fitting.length >= ticket.minWorkers) {
      for (const { id } of fitting) spoken.add(id);
    }
  }
  return turns;
}
