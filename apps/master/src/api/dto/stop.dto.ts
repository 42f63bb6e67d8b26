/** How everything is stopped, and what that came to. */
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { StopAllBody, StoppedView } from '@loadstar/shared';
import { IsBoolean, IsOptional } from 'class-validator';
import { RunDto, StopRunDto } from './run.dto.js';

/** How everything is to be stopped. */
export class StopAllDto extends StopRunDto implements StopAllBody {
  /**
   * Whether no queued run may begin from now on, until the queue is released; also under the next master
   * @example true
   */
  @IsOptional()
  @IsBoolean()
  @ApiPropertyOptional({ type: 'boolean', default: false })
  holdQueue?: boolean;
}

/** What was stopped. */
export class StoppedDto implements StoppedView {
  /** Runs that are being stopped or were called off, as they are now, newest first */
  @ApiProperty({ type: () => [RunDto] })
  runs!: RunDto[];
  /** Ids of starts that were called off before there was a run to show */
  @ApiProperty({ type: [String] })
  calledOff!: string[];
  /** Whether the queue is held now */
  queueHeld!: boolean;
}
