/** Whether the master lives and whether it can be used, for people, supervisors and containers. */
import { Controller, Get, Inject } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Clock, loadstarVersion } from '@loadstar/shared';
import { Public } from '../auth/roles.js';
import { clockPort } from '../config/ports.js';
import { FleetView, RunControl } from '../runs/run-control.js';
import { HealthDto } from './health.dto.js';
import { ReadyDto } from './ready.dto.js';

const unusable = new Set(['lost', 'suspect', 'draining']);

@ApiTags('Health')
@Controller('health')
export class HealthController {
  readonly #startedMs: number;

  constructor(
    private readonly runs: RunControl,
    private readonly fleet: FleetView,
    @Inject(clockPort) private readonly clock: Clock,
  ) {
    this.#startedMs = clock.nowMs();
  }

  /** How the master, its workers and its run are */
  @Public()
  @Get()
  health(): HealthDto {
    const workers = this.fleet.workers();
    return {
      status: 'ok',
      version: loadstarVersion,
      timestamp: new Date(this.clock.wallMs()).toISOString(),
      uptimeSeconds: Math.round((this.clock.nowMs() - this.#startedMs) / 1000),
      workersReady: workers.filter(({ state }) => !unusable.has(state)).length,
      workersTotal: workers.length,
      run: this.runs.current()?.state ?? 'ready',
    };
  }

  /** Whether the master takes calls; workers may still be missing, `/health` tells */
  @Public()
  @Get('ready')
  ready(): ReadyDto {
    return { status: 'ok' };
  }
}
