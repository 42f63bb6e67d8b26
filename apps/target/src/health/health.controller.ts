import { Controller, Get, ServiceUnavailableException } from '@nestjs/common';
import { TargetState } from './target-state.js';

@Controller('health')
export class HealthController {
  constructor(private readonly state: TargetState) {}

  /** How the target is, in detail. 503 while it shuts down. */
  @Get()
  health() {
    if (!this.state.healthy) throw new ServiceUnavailableException(this.state.describe());
    return this.state.describe();
  }

  /** Whether it takes requests. */
  @Get('ready')
  ready() {
    if (!this.state.healthy) throw new ServiceUnavailableException({ status: 'draining' });
    return { status: 'ready' };
  }
}
