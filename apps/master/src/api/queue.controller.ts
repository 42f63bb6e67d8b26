/** `/api/v1/queue` and `/api/v1/fleet`: who waits for what, and how many workers would serve them. */
import { Controller, Get } from '@nestjs/common';
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
