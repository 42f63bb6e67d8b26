/**
 * The time after a restart of the master in which a run waits for the workers that had it. Until it is over nobody is
 * given a share and nobody is missed: who is silent may just not have found the new master yet.
 */
import type { Clock } from '@loadstar/shared';
import type { SnapshotHeader } from '@loadstar/stats';
import { Deadline } from './deadline.js';
import type { RunWorker } from './run-record.js';

export class RunReturn {
  /** By id, those who were not heard yet. */
  private readonly awaited: Map<string, RunWorker>;
  private readonly limit: Deadline;
  private isWaiting = true;

  /**
   * @param workers all that ever took part
   * @param headers latest of each incarnation; who has said its last word is not waited for
   * @param over is called once, when all are back or the time is up, with those who are not
   */
  constructor(
    clock: Clock,
    workers: readonly RunWorker[],
    headers: readonly SnapshotHeader[],
    private readonly over: (missing: readonly RunWorker[]) => void,
  ) {
    const ended = new Set(headers.filter(({ final }) => final).map(({ incarnation }) => incarnation));
    const rest = workers.filter(({ incarnation }) => !ended.has(incarnation));
    this.awaited = new Map(rest.map((worker) => [worker.id, worker]));
    this.limit = new Deadline(clock, () => this.end());
  }

  /** Whether the run still waits. */
  get isOpen(): boolean {
    return this.isWaiting;
  }

  /** How many were not heard yet. */
  get missing(): number {
    return this.awaited.size;
  }

  /** From now on workers can come. @param untilMs monotonic time at which the wait ends */
  begin(untilMs: number): void {
    if (this.awaited.size === 0) this.end();
    else this.limit.set(untilMs);
  }

  /** A worker was heard. */
  heard(workerId: string): void {
    if (this.awaited.delete(workerId) && this.awaited.size === 0) this.end();
  }

  close(): void {
    this.limit.cancel();
    this.isWaiting = false;
  }

  private end(): void {
    if (!this.isWaiting) return;
    this.close();
    this.over([...this.awaited.values()]);
  }
}
