/** The routes of Locust's web API: paths, verbs, keys and types as its clients know them. */
import { Body, Controller, Get, Header, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiConsumes, ApiOkResponse, ApiProduces, ApiTags } from '@nestjs/swagger';
import { LoadstarError } from '@loadstar/shared';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Needs } from '../auth/roles.js';
import { FleetView, RunControl } from '../runs/run-control.js';
import { exceptionsAnswer, logsAnswer, statsAnswer, stopAnswer, swarmAnswers, tasksAnswer } from './answers.js';
import { countWorkers, statsRequests } from './stats-requests.js';
import { type SwarmAnswer, SwarmService } from './swarm.service.js';
import { taskRatios } from './task-ratios.js';
import { RunReader } from '../api/run-reader.js';

const swarmFields = {
  user_count: { type: 'integer', minimum: 1, example: 20, description: 'Users wanted' },
  spawn_rate: { type: 'number', example: 5, description: 'Users started per second, above 0' },
  host: { type: 'string', example: 'http://localhost:5001', description: 'Base URL of the system under test' },
  run_time: { type: 'string', example: '1h20m', description: '20, 20s, 3m, 2h, 1h20m; empty runs until stopped' },
  user_classes: { type: 'array', items: { type: 'string' }, description: 'User classes to run; none means all' },
  shape_class: { type: 'string', description: 'A load shape of the scenario, or Default for none' },
  scenario: { type: 'string', example: 'simple-load.ts', description: 'Scenario file; not in Locust' },
} as const;

@ApiTags('Locust-compatible')
@ApiBearerAuth()
@Controller()
export class LocustController {
  constructor(
    private readonly swarms: SwarmService,
    private readonly numbers: RunReader,
    private readonly runs: RunControl,
    private readonly fleet: FleetView,
  ) {}

  /**
   * Start a test, or edit the running one
   * @remarks Whatever is wrong with the request is answered with status 200 and `success: false`, as Locust does.
   */
  @Needs('runner')
  @ApiConsumes('application/x-www-form-urlencoded', 'application/json')
  @ApiBody({ schema: { type: 'object', properties: { ...swarmFields } } })
  @ApiOkResponse({ content: { 'application/json': { schema: { type: 'object' }, examples: swarmAnswers } } })
  @HttpCode(200)
  @Post('swarm')
  swarm(@Body() body: unknown): Promise<SwarmAnswer> {
    return this.swarms.swarm(body);
  }

  /**
   * Stop the test
   * @remarks Returns before the users are gone; the state goes stopping, then stopped. Of several active runs all are stopped, and a start that is under way is called off; runs that wait in the queue are not.
   */
  @Needs('runner')
  @ApiOkResponse({ schema: { type: 'object', example: stopAnswer } })
  @Get('stop')
  stop(): Promise<SwarmAnswer> {
    return this.swarms.stop();
  }

  /** Stop the test, with the verb that fits; not in Locust */
  @Needs('runner')
  @ApiOkResponse({ schema: { type: 'object', example: stopAnswer } })
  @HttpCode(200)
  @Post('stop')
  stopByPost(): Promise<SwarmAnswer> {
    return this.swarms.stop();
  }

  /** Count from here on; users go on */
  @Needs('runner')
  @ApiProduces('text/html')
  @Header('content-type', 'text/html; charset=utf-8')
  @Get('stats/reset')
  reset(): string {
    this.swarms.reset();
    return 'ok';
  }

  /** The numbers of the active or latest run */
  @Needs('viewer')
  @ApiOkResponse({ schema: { type: 'object', example: statsAnswer } })
  @Get('stats/requests')
  requests(): Record<string, unknown> {
    return statsRequests(this.runs.stats(), this.numbers.summary(), this.fleet.workers(), this.numbers.recent());
  }

  /** Exceptions of scenario code; failed requests are under /stats/requests */
  @Needs('viewer')
  @ApiOkResponse({ schema: { type: 'object', example: exceptionsAnswer } })
  @Get('exceptions')
  exceptions(): { exceptions: { count: number; msg: string; traceback: string; nodes: string }[] } {
    return {
      exceptions: this.runs.stats().exceptions.map(({ count, message, traceback, workers }) => ({
        count,
        msg: message,
        traceback,
        nodes: workers.join(', '),
      })),
    };
  }

  /** Shares of user classes and tasks */
  @Needs('viewer')
  @ApiOkResponse({ schema: { type: 'object', example: tasksAnswer } })
  @Get('tasks')
  tasks(): object {
    return taskRatios(this.swarms.description(), this.runs.stats().usersByClass, this.swarms.waitingWeights);
  }

  /** Last log lines of master and workers */
  @Needs('viewer')
  @ApiOkResponse({ schema: { type: 'object', example: logsAnswer } })
  @Get('logs')
  logs(): { master: string[]; workers: Record<string, string[]> } {
    return this.fleet.logs();
  }

  /** How many workers there are, without missing ones */
  @Needs('viewer')
  @ApiOkResponse({ schema: { type: 'object', example: { worker_count: 2 } } })
  @Get('worker-count')
  workerCount(): { worker_count: number } {
    return { worker_count: countWorkers(this.fleet.workers()) };
  }

  /** Change the weight of a user class */
  @Needs('runner')
  @ApiConsumes('application/json')
  @ApiBody({
    schema: {
      type: 'object',
      required: ['user_class_name'],
      properties: {
        user_class_name: { type: 'string', example: 'Shopper' },
        weight: { type: 'number', minimum: 0, example: 2 },
        tasks: { type: 'array', items: { type: 'string' }, description: 'All tasks of the class' },
      },
    },
  })
  @HttpCode(201)
  @Post('user')
  async user(
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<object> {
    try {
      if (!request.headers['content-type']?.includes('json') || typeof body !== 'object' || body === null) {
        throw new LoadstarError('INVALID_INPUT', { detail: 'the body must be a JSON object with user_class_name' });
      }
      await this.swarms.setWeight(body as Record<string, unknown>);
      return {};
    } catch (error) {
      if (!(error instanceof LoadstarError)) throw error;
      void reply.status(error.entry.status);
      return { success: false, message: error.message };
    }
  }
}
