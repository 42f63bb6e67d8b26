import { Controller, Get, ServiceUnavailableException } from '@nestjs/common';
import { WorkerState } from './worker-state.js';

@Controller('health')
export class HealthController {
  constructor(private readonly state: WorkerState) {}

  /** That the process lives, and what it does. A worker that waits for its master is healthy. */
  @Get()
  health() {
    return this.state.describe();
  }

  /** Whether the master can give it work: joined, and not leaving. */
  @Get('ready')
  ready() {
    const { isJoined, isDraining } = this.state;
    if (!isJoined || isDraining) {
      throw new ServiceUnavailableException({ status: isDraining ? 'draining' : 'waiting for the master' });
    }
    return { status: 'ready' };
  }
}
