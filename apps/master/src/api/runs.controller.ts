/** `/api/v1/runs`: start, watch, change and stop load. Nothing is decided here; the control plane does. */
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiProduces, ApiTags } from '@nestjs/swagger';
import { LoadstarError } from '@loadstar/shared';
import { renderHtml } from '@loadstar/report';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Gatekeeper } from '../auth/gatekeeper.js';
import { Needs } from '../auth/roles.js';
import { reportPolicy } from '../http/security-headers.js';
import { QueueControl } from '../queue/queue-control.js';
import { type RunAdjustment, type RunAnnotation, RunControl } from '../runs/run-control.js';
import { downloadName } from './download-name.js';
import { PlannedLoadDto } from './dto/plan.dto.js';
import { AdjustRunDto, CreateRunDto, RunDto, StopRunDto } from './dto/run.dto.js';
import { RunsQueryDto } from './dto/runs-query.dto.js';
import {
  ExceptionDto,
  FailureDto,
  ReportQueryDto,
  RunEventDto,
  SeriesPointDto,
  SeriesQueryDto,
  StatsDto,
} from './dto/stats.dto.js';
import { SummaryDto } from './dto/summary.dto.js';
import { Problems } from './problems.decorator.js';

@ApiTags('Runs')
@ApiBearerAuth()
@Controller('api/v1/runs')
export class RunsController {
  constructor(
    private readonly runs: RunControl,
    private readonly queue: QueueControl,
    private readonly gatekeeper: Gatekeeper,
  ) {}

  /**
   * Start a run, or queue it
   * @remarks Nothing is started anywhere unless everything can be. With `queue` in the body the run waits for its turn, as its state says. Needs the role runner.
   */
  @Needs('runner')
  @Problems(
    'INVALID_INPUT',
    'INVALID_HOST',
    'TARGET_BLOCKED',
    'USER_CEILING',
    'RATE_CEILING',
    'SCENARIO_NOT_FOUND',
    'SCENARIO_COMPILE',
    'SCENARIO_INVALID',
    'RUN_ACTIVE',
    'NO_WORKERS',
    'PREPARE_FAILED',
    'START_BARRIER',
    'QUEUE_UNAVAILABLE',
    'QUEUE_FULL',
  )
  @Post()
  async create(
    @Body() body: CreateRunDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RunDto> {
    const run = body.queue
      ? await this.queue.enqueue(body, this.gatekeeper.ownerOf(request.headers))
      : this.queue.placed(await this.runs.create(body));
    void reply.header('location', `/api/v1/runs/${run.id}`);
    return run;
  }

  /**
   * What a run would ask for over time
   * @remarks Takes the same body as a start, and starts nothing: the planned users, or arrivals, of the run and of each of its scenarios.
   */
  @Needs('viewer')
  @Problems('INVALID_INPUT', 'USER_CEILING', 'RATE_CEILING', 'SCENARIO_NOT_FOUND')
  @HttpCode(200)
  @Post('plan')
  planned(@Body() body: CreateRunDto): PlannedLoadDto {
    return this.runs.planned(body);
  }

  /**
   * Runs that the master knows, newest first
   * @remarks A page of them: 200 unless `limit` says otherwise. Where there are older ones, the header `Link` has the address of the next page (`rel="next"`), which is `before` with the id of the last run of this one.
   */
  @Needs('viewer')
  @Problems('INVALID_INPUT', 'NOT_FOUND')
  @Get()
  list(@Query() query: RunsQueryDto, @Res({ passthrough: true }) reply: FastifyReply): RunDto[] {
    const { limit, before } = query;
    const found = this.runs.list(limit + 1, before);
    const page = found.slice(0, limit);
    const last = page.at(-1);
    if (last && found.length > limit) {
      void reply.header('link', `<?limit=${limit}&before=${encodeURIComponent(last.id)}>; rel="next"`);
    }
    return this.queue.placedAll(page);
  }

  /** One run */
  @Needs('viewer')
  @Problems('NOT_FOUND')
  @Get(':id')
  get(@Param('id') id: string): RunDto {
    return this.queue.placed(this.runs.get(id));
  }

  /**
   * Change a run
   * @remarks Users, rate, run time and classes of a running run change live; notes and tags can be changed of any run. What is left out stays. Needs the role runner.
   */
  @Needs('runner')
  @Problems('INVALID_INPUT', 'NOT_FOUND', 'RUN_NOT_ACTIVE', 'USER_CEILING', 'RATE_CEILING')
  @Patch(':id')
  async adjust(@Param('id') id: string, @Body() change: AdjustRunDto): Promise<RunDto> {
    const given = Object.fromEntries(
      Object.entries(change).filter(([, value]) => value !== undefined && value !== null),
    );
    if (Object.keys(given).length === 0) {
      throw new LoadstarError('INVALID_INPUT', { detail: 'the body names nothing to change' });
    }
    const { notes, tags, ...load }: RunAdjustment & RunAnnotation = given;
    let run = this.runs.get(id);
    // The load first: of a change that is refused nothing is done.
    if (Object.keys(load).length > 0) run = await this.runs.adjust(id, load);
    if (notes !== undefined || tags !== undefined) {
      run = await this.runs.annotate(id, {
        ...(notes === undefined ? {} : { notes }),
        ...(tags === undefined ? {} : { tags }),
      });
    }
    return this.queue.placed(run);
  }

  /**
   * Let users stand still
   * @remarks Nobody begins anything and no request is sent; those on their way come to their end. Users keep their place, workers that join meanwhile stand still too. The time of the run goes on. Needs the role runner.
   */
  @Needs('runner')
  @Problems('NOT_FOUND', 'RUN_NOT_ACTIVE')
  @HttpCode(202)
  @Post(':id/pause')
  async pause(@Param('id') id: string): Promise<RunDto> {
    return this.queue.placed(await this.runs.pause(id, true));
  }

  /**
   * Let users go on
   * @remarks Each with the rest of its wait, or its next request. Needs the role runner.
   */
  @Needs('runner')
  @Problems('NOT_FOUND', 'RUN_NOT_ACTIVE')
  @HttpCode(202)
  @Post(':id/resume')
  async resume(@Param('id') id: string): Promise<RunDto> {
    return this.queue.placed(await this.runs.pause(id, false));
  }

  /**
   * Stop a run
   * @remarks Returns when the stop has begun; the state goes `stopping`, then `finished`. A run that waits leaves the queue and is `aborted`. Harmless when the run has ended. The body may be left out. Needs the role runner.
   */
  @Needs('runner')
  @Problems('INVALID_INPUT', 'NOT_FOUND')
  @HttpCode(202)
  @ApiBody({ type: StopRunDto, required: false })
  @Post(':id/stop')
  async stop(@Param('id') id: string, @Body() how?: StopRunDto): Promise<RunDto> {
    return this.queue.placed(await this.runs.stop(id, 'stopped by a user', how?.graceMs));
  }

  /**
   * Forget a run that has ended
   * @remarks Needs the role admin.
   */
  @Needs('admin')
  @Problems('NOT_FOUND', 'RUN_ACTIVE')
  @HttpCode(204)
  @Delete(':id')
  async remove(@Param('id') id: string): Promise<void> {
    await this.runs.remove(id);
  }

  /**
   * Count from here on
   * @remarks Users and the run itself go on. Needs the role runner.
   */
  @Needs('runner')
  @Problems('NOT_FOUND')
  @HttpCode(204)
  @Post(':id/stats/reset')
  resetStats(@Param('id') id: string): void {
    this.runs.get(id);
    this.runs.resetStats(id);
  }

  /** The numbers of a run at this moment */
  @Needs('viewer')
  @Problems('NOT_FOUND')
  @Get(':id/stats')
  async stats(@Param('id') id: string): Promise<StatsDto> {
    await this.runs.load(id);
    return this.runs.stats(id);
  }

  /** Everything about a run as one document, equal to the JSON report */
  @Needs('viewer')
  @Problems('NOT_FOUND')
  @Get(':id/summary')
  async summary(@Param('id') id: string): Promise<SummaryDto> {
    await this.runs.load(id);
    return this.runs.summary(id);
  }

  /**
   * The run second by second
   * @remarks Of a long run that is much: with `step` several seconds are one point, with `from` and `to` it is a part.
   */
  @Needs('viewer')
  @Problems('INVALID_INPUT', 'NOT_FOUND')
  @Get(':id/series')
  async series(@Param('id') id: string, @Query() query: SeriesQueryDto): Promise<SeriesPointDto[]> {
    await this.runs.load(id);
    const { from = 0, to, step = 1 } = query;
    return this.runs.series(id, from, { step, ...(to === undefined ? {} : { endSecond: to + 1 }) });
  }

  /** What happened to the run, oldest first: workers that come and go, changes, pauses, faults */
  @Needs('viewer')
  @Problems('NOT_FOUND')
  @Get(':id/events')
  events(@Param('id') id: string): RunEventDto[] {
    this.runs.get(id);
    return this.runs.events(id);
  }

  /** Grouped failures, most frequent first */
  @Needs('viewer')
  @Problems('NOT_FOUND')
  @Get(':id/failures')
  async failures(@Param('id') id: string): Promise<FailureDto[]> {
    await this.runs.load(id);
    return this.runs.stats(id).failures;
  }

  /** Grouped exceptions of scenario code, most frequent first */
  @Needs('viewer')
  @Problems('NOT_FOUND')
  @Get(':id/exceptions')
  async exceptions(@Param('id') id: string): Promise<ExceptionDto[]> {
    await this.runs.load(id);
    return this.runs.stats(id).exceptions;
  }

  /** The report as one page that needs nothing else */
  @Needs('viewer')
  @Problems('INVALID_INPUT', 'NOT_FOUND')
  @ApiProduces('text/html')
  @Get(':id/report.html')
  async report(
    @Param('id') id: string,
    @Query() query: ReportQueryDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    await this.runs.load(id);
    const summary = this.runs.summary(id);
    void reply.type('text/html; charset=utf-8').header('content-security-policy', reportPolicy);
    if (query.download === '1') {
      void reply.header('content-disposition', `attachment;filename=${downloadName(summary, '.html')}`);
    }
    return renderHtml(summary, this.runs.series(id), query.theme === undefined ? {} : { theme: query.theme });
  }
}
