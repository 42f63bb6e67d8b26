/** Bodies and answers about the queue, schedules and the wanted size of the fleet. */
import { ApiProperty } from '@nestjs/swagger';
import type { CreateScheduleBody, DesiredWorkersView, QueueView, ScheduleView } from '@loadstar/shared';
import { Type } from 'class-transformer';
import { IsDefined, IsObject, IsOptional, IsString, MaxLength, ValidateNested } from 'class-validator';
import { CreateRunDto, RunDto } from './run.dto.js';

const longestName = 100;

/** The queue at this moment. */
export class QueueDto implements QueueView {
  /** Where the jobs are: in the master's process, or on Redis */
  @ApiProperty({ enum: ['in-process', 'redis'] })
  kind!: 'in-process' | 'redis';
  /** Whether a run can be queued now; runs that are going do not depend on it */
  available!: boolean;
  /** Whether no queued run may begin until the queue is released */
  held!: boolean;
  /** Runs that may wait at once */
  limit!: number;
  /** Waiting runs in the order of their turns, then those whose time has not come, by time */
  @ApiProperty({ type: () => [RunDto] })
  waiting!: RunDto[];
  /** Runs that have workers now */
  @ApiProperty({ type: () => [RunDto] })
  active!: RunDto[];
}

/** What workers of some kind are needed for. */
export class PoolNeedDto {
  /**
   * Labels asked for, empty for any worker
   * @example 'zone=eu'
   */
  labels!: string;
  /** Workers needed, before the bounds */
  workers!: number;
}

/** What an autoscaler follows. */
export class DesiredWorkersDto implements DesiredWorkersView {
  /**
   * Workers that the waiting and the active runs have use for, within the bounds
   * @example 4
   */
  desired!: number;
  /** Workers that can be given work, or are at it */
  present!: number;
  /** Lower bound of `desired` */
  minWorkers!: number;
  /** Upper bound of `desired` */
  maxWorkers!: number;
  /** Users that one worker is meant to run */
  usersPerWorker!: number;
  /** Need by labels; pools run side by side */
  @ApiProperty({ type: () => [PoolNeedDto] })
  pools!: PoolNeedDto[];
}

/** A run to be queued again and again. */
export class CreateScheduleDto implements CreateScheduleBody {
  /**
   * What people call it
   * @example 'nightly baseline'
   */
  @IsOptional()
  @IsString()
  @MaxLength(longestName)
  name?: string;
  /**
   * Minute, hour, day, month, weekday; six fields begin with seconds
   * @example '0 2 * * 1-5'
   */
  @IsString()
  @MaxLength(longestName)
  cron!: string;
  /**
   * Time zone as an IANA name; left out, UTC
   * @example 'Europe/Berlin'
   */
  @IsOptional()
  @IsString()
  @MaxLength(longestName)
  timeZone?: string;
  /** What is queued each time; `queue.delaySeconds` counts from then */
  @IsDefined()
  @IsObject()
  @ValidateNested()
  @Type(() => CreateRunDto)
  @ApiProperty({ type: () => CreateRunDto })
  run!: CreateRunDto;
}

/** A run that is queued again and again. */
export class ScheduleDto implements ScheduleView {
  /** Id of the schedule */
  id!: string;
  /** What people call it */
  name!: string;
  /** @example '0 2 * * 1-5' */
  cron!: string;
  /** @example 'Europe/Berlin' */
  timeZone!: string;
  /** Whose runs it queues */
  owner!: string;
  /** What is queued each time */
  @ApiProperty({ type: () => CreateRunDto })
  run!: CreateRunDto;
  /** When it was made, ISO 8601 in UTC */
  createdAt!: string;
  /** Next time, ISO 8601 in UTC, or null when none is left */
  @ApiProperty({ type: 'string', nullable: true })
  nextAt!: string | null;
  /** Last time that has come, ISO 8601 in UTC, or null */
  @ApiProperty({ type: 'string', nullable: true })
  lastAt!: string | null;
  /** Run that was queued last, or null */
  @ApiProperty({ type: 'string', nullable: true })
  lastRunId!: string | null;
  /** Why no run was queued at the last time, or null */
  @ApiProperty({ type: 'string', nullable: true })
  problem!: string | null;
}
