/**
 * Starts that are under way, and the way to call them off. A run that is to start at once has no record before its
 * scenario is bundled and looked at, and no run has a driver before its record says that it is being prepared: what is
 * stopped meanwhile must not begin afterwards.
 */
import { LoadstarError } from '@loadstar/shared';

/** One start, which can be called off until its load begins. */
export class PendingStart {
  private problemSoFar: LoadstarError | undefined;
  private reject: (problem: LoadstarError) => void = () => {};
  private readonly calledOff: Promise<never>;

  constructor(readonly runId: string) {
    this.calledOff = new Promise<never>((_resolve, reject) => (this.reject = reject));
    this.calledOff.catch(() => {});
  }

  /** Why there will be no start; undefined while there may be one. */
  get problem(): LoadstarError | undefined {
    return this.problemSoFar;
  }

  callOff(problem: LoadstarError): void {
    this.problemSoFar ??= problem;
    this.reject(this.problemSoFar);
  }

  /** @throws LoadstarError why it was called off */
  check(): void {
    if (this.problemSoFar) throw this.problemSoFar;
  }

  /**
   * Waits for a step, not beyond the moment in which the start is called off. The step itself is not stopped.
   * @throws LoadstarError why it was called off, or what the step throws
   */
  async step<T>(work: Promise<T>): Promise<T> {
    const result = await Promise.race([work, this.calledOff]);
    this.check();
    return result;
  }
}

export class RunStarts {
  private readonly pending = new Map<string, PendingStart>();

  /** Ids of runs that are being started, with a record or without one. */
  get ids(): string[] {
    return [...this.pending.keys()];
  }

  /** Lets a start be called off for as long as it takes. @throws what it throws */
  async see(runId: string, start: (pending: PendingStart) => Promise<void>): Promise<void> {
    const pending = new PendingStart(runId);
    this.pending.set(runId, pending);
    try {
      await start(pending);
    } finally {
      this.pending.delete(runId);
    }
  }

  /** @returns whether such a run is being started; harmless when not */
  callOff(runId: string, reason: string): boolean {
    const pending = this.pending.get(runId);
    pending?.callOff(startCalledOff(runId, reason));
    return pending !== undefined;
  }
}

export function startCalledOff(runId: string, reason: string): LoadstarError {
  return new LoadstarError('START_CALLED_OFF', { runId, reason });
}
