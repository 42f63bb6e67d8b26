/** How a run wants to wait, and how it waits; part of bodies and answers about runs. */
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { QueueRequest, RunQueueView } from '@loadstar/shared';
import { IsInt, IsNumber, IsOptional, Max, Min } from 'class-validator';
import { highestPriority, lowestPriority } from '../../queue/queue-ticket.js';
import { IsLabels } from './is-labels.js';

const labelsSchema = { type: 'object', additionalProperties: { type: 'string' }, example: { zone: 'eu' } } as const;
/** A year; what is to come later than that is better a schedule. */
const longestDelaySeconds = 366 * 24 * 3600;
const mostWorkers = 10_000;

/** How a run wants to wait for its turn. */
export class QueueRequestDto implements QueueRequest {
  /** Higher goes first; owners take turns within one priority. Default 0 */
  @IsOptional()
  @IsInt()
  @Min(lowestPriority)
  @Max(highestPriority)
  @ApiPropertyOptional({ type: 'integer', minimum: lowestPriority, maximum: highestPriority, default: 0 })
  priority?: number;
  /** Seconds from now before which it has no turn. Default 0 */
  @IsOptional()
  @IsNumber()
  @Min(0)
  @Max(longestDelaySeconds)
  @ApiPropertyOptional({ type: 'number', minimum: 0, maximum: longestDelaySeconds, default: 0 })
  delaySeconds?: number;
  /** Workers that have to be free at the least. Default 1 */
  @IsOptional()
  @IsInt()
  @Min(1)
  @Max(mostWorkers)
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: mostWorkers, default: 1 })
  minWorkers?: number;
  /** Labels that its workers have to carry; runs that ask for different ones run side by side */
  @IsOptional()
  @IsLabels()
  @ApiPropertyOptional(labelsSchema)
  labels?: Record<string, string>;
}

/** A run's place in the queue. */
export class RunQueueDto implements RunQueueView {
  /**
   * Whose run it is; turns go round between owners
   * @example 'anna'
   */
  owner!: string;
  /** -100 to 100; higher goes first */
  priority!: number;
  /** 1 is next; null while its time has not come, and once it has had its turn */
  @ApiProperty({ type: 'integer', nullable: true, example: 3 })
  position!: number | null;
  /** Time before which it has no turn, ISO 8601 in UTC, or null */
  @ApiProperty({ type: 'string', nullable: true })
  notBefore!: string | null;
  /** Workers that have to be free at the least */
  minWorkers!: number;
  /** Labels that its workers carry */
  @ApiProperty(labelsSchema)
  labels!: Record<string, string>;
  /** Schedule that asked for it, or null */
  @ApiProperty({ type: 'string', nullable: true })
  scheduleId!: string | null;
}
