/** `/api/v1/stop`: the one way to stop everything. It needs neither Redis nor the queue to do it. */
import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiBody, ApiTags } from '@nestjs/swagger';
import { Needs } from '../auth/roles.js';
import { QueueControl } from '../queue/queue-control.js';
import { RunControl } from '../runs/run-control.js';
import { StopAllDto, StoppedDto } from './dto/stop.dto.js';
import { Problems } from './problems.decorator.js';

@ApiTags('Runs')
@ApiBearerAuth()
@Controller('api/v1/stop')
export class StopController {
  constructor(
    private readonly runs: RunControl,
    private readonly queue: QueueControl,
  ) {}

  /**
   * Stop everything
   * @remarks Stops all active runs and calls off every start that is under way, which then is answered with START_CALLED_OFF. Runs that wait keep waiting, and the next has its turn as soon as workers are free: `holdQueue` keeps them back until `POST /api/v1/queue/release`. Returns when the stops have begun. The body may be left out. Needs the role runner.
   */
  @Needs('runner')
  @Problems('INVALID_INPUT', 'STORE_UNAVAILABLE')
  @HttpCode(202)
  @ApiBody({ type: StopAllDto, required: false })
  @Post()
  async stop(@Body() how?: StopAllDto): Promise<StoppedDto> {
    // The hold first: it holds at once, so that no turn is given to workers that the stop sets free.
    const held = how?.holdQueue === true ? this.queue.hold() : Promise.resolve();
    const [{ runs, calledOff }] = await Promise.all([
      this.runs.stopAll('stopped by a user, with all others', how?.graceMs ?? undefined),
      held,
    ]);
    return { runs: this.queue.placedAll(runs), calledOff: [...calledOff], queueHeld: this.queue.isHeld };
  }
}
