/** `/api/v1/queue` and `/api/v1/fleet`: who waits for what, and how many workers would serve them. */
import { Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { Needs } from '../auth/roles.js';
import { QueueControl } from '../queue/queue-control.js';
import { DesiredWorkersDto, QueueDto } from './dto/queue.dto.js';
import { Problems } from './problems.decorator.js';

@ApiTags('Queue')
@ApiBearerAuth()
@Controller('api/v1')
export class QueueController {
  constructor(private readonly queue: QueueControl) {}

  /**
   * Runs that wait, in the order of their turns
   * @remarks `POST /api/v1/runs` with `queue` puts a run here; `POST /api/v1/runs/{id}/stop` takes it out.
   */
  @Needs('viewer')
  @Problems()
  @Get('queue')
  view(): QueueDto {
    return this.queue.view();
  }

  /**
   * Hold the queue
   * @remarks No queued run begins until the queue is released, also under the next master. What waits keeps its place, and what has begun goes on. Needs the role runner.
   */
  @Needs('runner')
  @Problems('STORE_UNAVAILABLE')
  @HttpCode(200)
  @Post('queue/hold')
  async hold(): Promise<QueueDto> {
    await this.queue.hold();
    return this.queue.view();
  }

  /**
   * Release the queue
   * @remarks Turns are given again, in the order in which the runs would have had them. Needs the role runner.
   */
  @Needs('runner')
  @Problems('STORE_UNAVAILABLE')
  @HttpCode(200)
  @Post('queue/release')
  async release(): Promise<QueueDto> {
    await this.queue.release();
    return this.queue.view();
  }

  /**
   * How many workers the waiting and the active runs have use for
   * @remarks For autoscalers; the metric `loadstar_workers_desired` is the same number.
   */
  @Needs('viewer')
  @Problems()
  @Get('fleet/desired')
  desired(): DesiredWorkersDto {
    return this.queue.desired();
  }
}
