/** The queue's view of the fake control plane: its runs wait, and only a test begins them. */
import type { CreateRunBody, RunState, RunView } from '@loadstar/shared';
import { QueuedRuns, type QueueWish } from '../queue/queued-runs.js';
import type { QueueTicket } from '../queue/queue-ticket.js';
import type { PoolWorker } from '../queue/take-turns.js';
import type { Demand } from '../queue/workers-desired.js';
import type { FakeFleet, FakeRunControl } from './fake-control-plane.js';

export class FakeQueuedRuns extends QueuedRuns {
  private readonly wishes = new Map<string, QueueWish>();

  constructor(
    private readonly control: FakeRunControl,
    private readonly fleet: FakeFleet,
  ) {
    super();
  }

  check(): Promise<void> {
    return Promise.resolve();
  }

  add(id: string, request: CreateRunBody, wish: QueueWish): Promise<void> {
    this.control.wait(id, request);
    this.wishes.set(id, wish);
    return Promise.resolve();
  }

  waiting(): QueueTicket[] {
    return this.views().flatMap(({ id, state, createdAt }) => {
      const wish = state === 'queued' ? this.wishes.get(id) : undefined;
      return wish ? [{ ...wish, id, createdAtMs: Date.parse(createdAt) }] : [];
    });
  }

  wish(id: string): QueueWish | undefined {
    return this.wishes.get(id);
  }

  state(id: string): RunState | undefined {
    return this.views().find((view) => view.id === id)?.state;
  }

  latestOf(): undefined {
    return undefined;
  }

  begin(): Promise<void> {
    return Promise.resolve();
  }

  giveUp(): Promise<void> {
    return Promise.resolve();
  }

  ended(): Promise<void> {
    return new Promise(() => {});
  }

  lastTurns(): Map<string, number> {
    return new Map();
  }

  active(): Demand[] {
    return this.views()
      .filter(({ state }) => state === 'running')
      .map(({ users }) => ({ labels: {}, minWorkers: 1, users: users ?? undefined }));
  }

  usersOf(id: string): number | undefined {
    return this.views().find((view) => view.id === id)?.users ?? undefined;
  }

  /** All busy, so that what waits stays where it is. */
  workers(): PoolWorker[] {
    return this.fleet.workers().map(({ id }) => ({ id, labels: {}, state: 'busy' }));
  }

  onChange(): void {}

  private views(): RunView[] {
    return this.control.list();
  }
}
