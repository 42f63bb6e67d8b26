import { type Clock, loadstarVersion } from '@loadstar/shared';
import type { UserStore } from '../users/user-store.js';

/** How the target is: one place that health, metrics and shutdown agree on. */
export class TargetState {
  private readonly startedMs: number;
  private draining = false;
  private readonly countConnections: () => number;

  constructor(
    private readonly clock: Clock,
    private readonly store: UserStore,
    countConnections: () => number,
  ) {
    this.startedMs = clock.nowMs();
    this.countConnections = countConnections;
  }

  get healthy(): boolean {
    return !this.draining;
  }

  get connections(): number {
    return this.countConnections();
  }

  get users(): number {
    return this.store.count;
  }

  drain(): void {
    this.draining = true;
  }

  describe() {
    return {
      status: this.healthy ? 'healthy' : 'draining',
      timestamp: new Date(this.clock.wallMs()).toISOString(),
      version: loadstarVersion,
      uptime_seconds: Math.round((this.clock.nowMs() - this.startedMs) / 1000),
      users_count: this.users,
      active_connections: this.connections,
    };
  }
}
