/**
 * Whether the queue is held: what waits then waits on, under the next master too, until somebody releases it. Kept
 * behind a port, with its home in memory here.
 */
export abstract class QueueHoldStore {
  abstract isHeld(): Promise<boolean>;
  abstract put(held: boolean): Promise<void>;
}

export class MemoryQueueHold extends QueueHoldStore {
  private held = false;

  isHeld(): Promise<boolean> {
    return Promise.resolve(this.held);
  }

  put(held: boolean): Promise<void> {
    this.held = held;
    return Promise.resolve();
  }
}
