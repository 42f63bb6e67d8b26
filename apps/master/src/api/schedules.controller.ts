/** `/api/v1/schedules`: runs that are queued again and again. */
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Gatekeeper } from '../auth/gatekeeper.js';
import { Needs } from '../auth/roles.js';
import { QueueControl } from '../queue/queue-control.js';
import { CreateScheduleDto, ScheduleDto } from './dto/queue.dto.js';
import { Problems } from './problems.decorator.js';

@ApiTags('Queue')
@ApiBearerAuth()
@Controller('api/v1/schedules')
export class SchedulesController {
  constructor(
    private readonly queue: QueueControl,
    private readonly gatekeeper: Gatekeeper,
  ) {}

  /**
   * Queue a run again and again
   * @remarks A time that comes while the run of an earlier one still waits is left out, and so is one that was missed by more than a minute. Needs the role runner.
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
    'QUEUE_UNAVAILABLE',
    'QUEUE_FULL',
  )
  @Post()
  async add(
    @Body() body: CreateScheduleDto,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ScheduleDto> {
    const schedule = await this.queue.addSchedule(body, this.gatekeeper.ownerOf(request.headers));
    void reply.header('location', `/api/v1/schedules/${schedule.id}`);
    return schedule;
  }

  /** All schedules, oldest first */
  @Needs('viewer')
  @Problems()
  @Get()
  list(): ScheduleDto[] {
    return this.queue.schedules();
  }

  /** One schedule */
  @Needs('viewer')
  @Problems('NOT_FOUND')
  @Get(':id')
  get(@Param('id') id: string): ScheduleDto {
    return this.queue.schedule(id);
  }

  /**
   * End a schedule
   * @remarks Runs that it has queued stay. Needs the role runner.
   */
  @Needs('runner')
  @Problems('NOT_FOUND')
  @HttpCode(204)
  @Delete(':id')
  async remove(@Param('id') id: string): Promise<void> {
    await this.queue.removeSchedule(id);
  }
}
