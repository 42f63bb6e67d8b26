import type { WorkerAgent } from '@loadstar/protocol';
import type { ProcessHealth } from './process-health.js';

/** What the worker's HTTP routes may know of it. */
export class WorkerState {
  constructor(
    private readonly agent: WorkerAgent,
    private readonly processHealth: ProcessHealth,
  ) {}

  /** Whether the master has let it in and the connection stands. */
  get isJoined(): boolean {
    return this.agent.isJoined;
  }

  get isDraining(): boolean {
    return this.agent.state === 'draining';
  }

  describe() {
    const { engines, users, cpuPercent, rssBytes, loopLagMs } = this.processHealth.read();
    return {
      status: this.isDraining ? 'draining' : 'ok',
      worker: this.agent.id,
      state: this.agent.state,
      joined: this.isJoined,
      engines,
      users,
      cpuPercent,
      rssBytes,
      loopLagMs,
    };
  }
}
