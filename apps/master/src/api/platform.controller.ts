/** `/api/v1` beside the runs: workers, scenarios, and what the platform offers and allows. */
import { Controller, Get, Param, Req } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { LoadstarError, loadstarVersion } from '@loadstar/shared';
import { latencyBoundsMs } from '@loadstar/stats';
import type { FastifyRequest } from 'fastify';
import { Gatekeeper } from '../auth/gatekeeper.js';
import { Needs } from '../auth/roles.js';
import { MasterConfig } from '../config/master-config.js';
import { FleetView, RunControl } from '../runs/run-control.js';
import { findScenario } from '../scenarios/scenario-name.js';
import { ConfigDto } from './dto/config.dto.js';
import { ScenarioDto } from './dto/scenario.dto.js';
import { WorkerDto } from './dto/worker.dto.js';
import { Problems } from './problems.decorator.js';

@ApiTags('Platform')
@ApiBearerAuth()
@Controller('api/v1')
export class PlatformController {
  constructor(
    private readonly runs: RunControl,
    private readonly fleet: FleetView,
    private readonly config: MasterConfig,
    private readonly gatekeeper: Gatekeeper,
  ) {}

  /** Workers that are connected or were lost lately */
  @Needs('viewer')
  @Problems()
  @Get('workers')
  workers(): WorkerDto[] {
    return this.fleet.workers();
  }

  /** Scenario files and what they declare */
  @Needs('viewer')
  @Problems()
  @Get('scenarios')
  scenarios(): ScenarioDto[] {
    return this.runs.scenarios() as ScenarioDto[];
  }

  /** One scenario file */
  @Needs('viewer')
  @Problems('SCENARIO_NOT_FOUND')
  @Get('scenarios/:name')
  scenario(@Param('name') name: string): ScenarioDto {
    const all = this.scenarios();
    const found = findScenario(all, name);
    if (found) return found;
    throw new LoadstarError('SCENARIO_NOT_FOUND', { scenario: name, available: all.map((scenario) => scenario.name) });
  }

  /** Version, defaults, limits, and who you are here */
  @Needs('viewer')
  @Problems()
  @Get('config')
  settings(@Req() request: FastifyRequest): ConfigDto {
    const { defaultHost, defaultUsers, defaultSpawnRate, defaultRunTimeSeconds, maxUsers, maxRate } = this.config;
    return {
      version: loadstarVersion,
      defaultScenario:
        findScenario(this.runs.scenarios(), this.runs.defaultScenario)?.name ?? this.runs.defaultScenario,
      defaults: {
        host: defaultHost,
        users: defaultUsers,
        spawnRate: defaultSpawnRate,
        runTimeSeconds: defaultRunTimeSeconds ?? null,
      },
      limits: { maxUsers, maxRate: maxRate ?? null },
      features: { latencyBoundsMs: [...latencyBoundsMs] },
      auth: !this.gatekeeper.open,
      role: this.gatekeeper.roleOf(request.headers) ?? 'viewer',
    };
  }
}
