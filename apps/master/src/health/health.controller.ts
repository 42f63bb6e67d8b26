/** Whether the master lives and whether it can be used, for people, supervisors and containers. */
import { Controller, Get, Inject, Optional } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { type Clock, LoadstarError, loadstarVersion } from '@loadstar/shared';
import { Public } from '../auth/roles.js';
import { clockPort } from '../config/ports.js';
import { MasterRole } from '../leadership/master-role.js';
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
    @Optional() private readonly role?: MasterRole,
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
      role: this.role && !this.role.isServing && !this.role.isLeaving ? 'standby' : 'leader',
      leader: this.role?.leaderUrl ?? null,
      run: this.runs.current()?.state ?? 'ready',
    };
  }

  /** Whether the master takes calls, or knows one that does; workers may still be missing, `/health` tells */
  @Public()
  @Get('ready')
  ready(): ReadyDto {
    if (this.role?.isServing === false && this.role.leaderUrl === undefined) {
      throw new LoadstarError('NOT_LEADER', { leader: 'nobody yet' });
    }
    return { status: 'ok' };
  }
}
