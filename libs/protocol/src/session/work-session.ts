import type { WorkState } from '../messages/join.js';

/** What can happen to a worker's part in a run. */
export type WorkEvent = 'prepare' | 'prepared' | 'failed' | 'start' | 'stop' | 'ended' | 'drain';

/**
 * The states of a worker's part in a run, as a table; what is not in it is refused. One worker holds one run. `draining`
 * has no way out: the process ends.
 */
const transitions: Record<WorkState, Partial<Record<WorkEvent, WorkState>>> = {
  idle: { prepare: 'preparing', drain: 'draining' },
  preparing: { prepared: 'prepared', failed: 'idle', stop: 'idle', drain: 'draining' },
  // A master that gave up a start may prepare the next run without saying so.
  prepared: { prepare: 'preparing', start: 'running', stop: 'idle', drain: 'draining' },
  running: { stop: 'stopping', ended: 'idle', drain: 'draining' },
  stopping: { ended: 'idle', drain: 'draining' },
  draining: {},
};

export class WorkSession {
  private current: WorkState = 'idle';
  private run: string | undefined;

  get state(): WorkState {
    return this.current;
  }

  /** The run that the worker holds, or held last; undefined before the first. */
  get runId(): string | undefined {
    return this.run;
  }

  /** Whether load may be under way, so that the lease matters. */
  get isLoaded(): boolean {
    return this.current === 'running' || this.current === 'stopping';
  }

  holds(runId: string): boolean {
    return this.run === runId && this.current !== 'idle';
  }

  /**
   * @param runId only for `prepare`: the run that is taken on
   * @returns whether the event is allowed now; if not, nothing changed
   */
  on(event: WorkEvent, runId?: string): boolean {
    const next = transitions[this.current][event];
    if (next === undefined) return false;
    this.current = next;
    if (event === 'prepare') this.run = runId;
    return true;
  }
}
