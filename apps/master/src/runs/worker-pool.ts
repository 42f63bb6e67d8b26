/**
 * Which workers can be given to which run. Several runs may be active at once, and no worker is ever in two of them: a
 * worker that was picked for a run is claimed at once, long before it takes part.
 */
import type { WorkerLink } from '@loadstar/protocol';
import { type Clock, sleep } from '@loadstar/shared';
import type { Fleet } from '../fleet/fleet.js';
import type { RunPlacement } from './run-record.js';

/** A placement, or a narrower one for the beginning of a run. */
export interface Choice extends RunPlacement {
  /** Ids of workers that it may take; undefined for all that fit. */
  readonly among?: readonly string[] | undefined;
}

/** How often a wait looks again, milliseconds. */
const lookMs = 20;

/** Whether a worker may belong to a run, by its labels. */
export function accepts({ labels }: RunPlacement, link: Pick<WorkerLink, 'labels'>): boolean {
  return Object.entries(labels).every(([name, value]) => link.labels[name] === value);
}

export class WorkerPool {
  /** Run by worker. */
  private readonly claims = new Map<string, string>();
  /** Workers that are at something for a start, called off or not. */
  private readonly atWork = new Set<string>();

  /**
   * @param isInRun whether a worker takes part in a run that is active
   * @param freed a worker whose start was called off has come to the end of what it was at
   */
  constructor(
    private readonly fleet: Fleet,
    private readonly clock: Clock,
    private readonly isInRun: (workerId: string) => boolean,
    private readonly freed: () => void,
  ) {}

  /** Whether no run has it. */
  isUnclaimed(workerId: string): boolean {
    return !this.atWork.has(workerId) && this.isAtNoRun(workerId);
  }

  /** Who could be given to such a run now, in order of joining, at most as many as it takes. */
  free(placement: Choice): WorkerLink[] {
    const isFree = ({ id, workState }: WorkerLink): boolean => workState === 'idle' && !this.atWork.has(id);
    return this.matching(placement).filter(isFree).slice(0, placement.workers);
  }

  /**
   * Claims those that can be given to a run. Workers that are still at the end of their last one, or of a start that was
   * called off, are waited for, so that a start right after a stop has all of them.
   * @param limitMs longest wait, milliseconds; those still busy then are left out
   * @param isWanted whether the run is still to be started; nobody is claimed for one that is not
   */
  async claim(runId: string, placement: Choice, limitMs: number, isWanted: () => boolean): Promise<WorkerLink[]> {
    const untilMs = this.clock.nowMs() + limitMs;
    while (isWanted() && this.isWorthWaiting(placement) && this.clock.nowMs() < untilMs) {
      await sleep(this.clock, lookMs);
    }
    if (!isWanted()) return [];
    const links = this.free(placement);
    for (const { id } of links) this.claims.set(id, runId);
    return links;
  }

  /** Lets go of the claims of a run: its workers take part in it by now, or never will. */
  settle(runId: string): void {
    for (const [worker, run] of this.claims) if (run === runId) this.claims.delete(worker);
  }

  /** Has a worker count as taken until its work for a start is done: to call the start off does not end that. */
  async during<T>(workerId: string, work: Promise<T>): Promise<T> {
    this.atWork.add(workerId);
    try {
      return await work;
    } finally {
      this.atWork.delete(workerId);
      if (this.isAtNoRun(workerId)) this.freed();
    }
  }

  private isAtNoRun(workerId: string): boolean {
    return !this.claims.has(workerId) && !this.isInRun(workerId);
  }

  private isWorthWaiting(placement: Choice): boolean {
    const { workers = Infinity } = placement;
    return this.matching(placement).length > this.free(placement).length && this.free(placement).length < workers;
  }

  private matching(choice: Choice): WorkerLink[] {
    const isChosen = ({ id }: WorkerLink): boolean => choice.among?.includes(id) ?? true;
    return this.fleet.usable().filter((link) => accepts(choice, link) && isChosen(link) && this.isAtNoRun(link.id));
  }
}
