/** The numbers of a run at one moment, as `/api/v1` answers them. */
import { ApiProperty } from '@nestjs/swagger';
import type {
  CheckRow,
  ExceptionRow,
  FailureRow,
  RunEvent,
  RunEventKind,
  RunState,
  SeriesPoint,
  StatsRow,
  StatsView,
  TaskRow,
} from '@loadstar/shared';
import { type ReportFormatName, reportFormats } from '@loadstar/report';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import { runStates } from './run.dto.js';

export const runEventKinds = [
  'joined',
  'lost',
  'edited',
  'paused',
  'phase',
  'fault',
] as const satisfies readonly RunEventKind[];

/** Numbers of one method and name. Times are milliseconds of response time unless the field says service. */
export class StatsRowDto implements StatsRow {
  /**
   * Method of the requests; empty in the total
   * @example 'GET'
   */
  method!: string;
  /**
   * Name that the requests are grouped by; `Aggregated` in the total
   * @example '/users/[id]'
   */
  name!: string;
  /** Requests that ended */
  requests!: number;
  /** Requests that failed */
  failures!: number;
  /** Requests per second over the last ten whole seconds */
  currentRps!: number;
  /** Failures per second over the last ten whole seconds */
  currentFailuresPerSecond!: number;
  /** Mean, milliseconds */
  averageMs!: number;
  /** Smallest, milliseconds */
  minMs!: number;
  /** Greatest, milliseconds */
  maxMs!: number;
  /** Median, milliseconds */
  p50Ms!: number;
  /** 95th percentile, milliseconds */
  p95Ms!: number;
  /** 99th percentile, milliseconds */
  p99Ms!: number;
  /** Median of service time (request sent to last byte), milliseconds */
  serviceP50Ms!: number;
  /** 95th percentile of service time, milliseconds */
  serviceP95Ms!: number;
  /** 99th percentile of service time, milliseconds */
  serviceP99Ms!: number;
  /** Mean size of response bodies, bytes */
  averageBytes!: number;
}

/** Failures with the same method, name and error. */
export class FailureDto implements FailureRow {
  /** @example 'GET' */
  method!: string;
  /** @example '/users' */
  name!: string;
  /**
   * What went wrong
   * @example 'HTTP 503'
   */
  error!: string;
  /** How often */
  occurrences!: number;
  /** First time, ISO 8601 in UTC */
  firstSeen!: string;
  /** Last time, ISO 8601 in UTC */
  lastSeen!: string;
}

/** Throws of scenario code with the same message and traceback. */
export class ExceptionDto implements ExceptionRow {
  /** How often */
  count!: number;
  /** What was thrown */
  message!: string;
  /** Where, in the scenario's own lines */
  traceback!: string;
  /** Workers that saw it */
  workers!: string[];
}

/** Results of one check. */
export class CheckDto implements CheckRow {
  /** @example 'has a name' */
  name!: string;
  passes!: number;
  failures!: number;
}

/** One second of a run, over all workers. Percentiles are null in seconds without a request. */
export class SeriesPointDto implements SeriesPoint {
  /** Whole seconds since the start of the run; of several seconds, the first */
  second!: number;
  /**
   * Seconds that the point stands for; left out: one. Its counts are of all of them, its users the most there were in one
   * of them, its percentiles those of the worst of them, because percentiles of seconds cannot be merged
   * @example 60
   */
  seconds?: number;
  /** Requests that ended in this second, or these seconds */
  requests!: number;
  /** Those of them that failed */
  failures!: number;
  /** Users that ran */
  users!: number;
  /** Users that were wanted */
  targetUsers!: number;
  /** Median response time, milliseconds */
  p50Ms!: number | null;
  /** 95th percentile of response time, milliseconds */
  p95Ms!: number | null;
  /** 99th percentile of response time, milliseconds */
  p99Ms!: number | null;
  /** Median service time, milliseconds */
  serviceP50Ms?: number | null;
  /** 95th percentile of service time, milliseconds */
  serviceP95Ms?: number | null;
  /** 99th percentile of service time, milliseconds */
  serviceP99Ms?: number | null;
  /**
   * Requests by response time, in the buckets that `features.latencyBoundsMs` of the configuration bounds; zeros at the
   * end are left out
   * @example [0, 12, 30, 2]
   */
  latency?: number[];
  /** Nobody reported on this second (on none of these seconds) by itself: its counts are its part of a longer time */
  gap?: boolean;
}

/** Something that happened to a run. */
export class RunEventDto implements RunEvent {
  /** Seconds since the start of the run; 0 for what was before */
  second!: number;
  /** ISO 8601 in UTC */
  at!: string;
  /** Workers that come (`joined`) and go (`lost`), changes by people, pauses, the run's life, and what did not go as planned */
  @ApiProperty({ enum: runEventKinds, enumName: 'RunEventKind' })
  kind!: RunEventKind;
  /**
   * One sentence
   * @example 'Load changed: 30 users.'
   */
  text!: string;
}

/** How often one task was begun, or a nested set entered. */
export class TaskCountDto implements TaskRow {
  userClass!: string;
  /**
   * Names from the user class down: sets, then the task
   * @example ['Forum', 'read']
   */
  path!: string[];
  started!: number;
}

/** The numbers of a run at one moment. */
export class StatsDto implements StatsView {
  /** The run they belong to; null before the first */
  runId!: string | null;
  /** State of the run; `ready` before the first */
  @ApiProperty({ enum: ['ready', ...runStates] })
  state!: RunState | 'ready';
  /** Seconds since the start of the run */
  elapsedSeconds!: number;
  /** Users that run now */
  users!: number;
  /** Users that should run now */
  targetUsers!: number;
  /** Users that run now, by class */
  @ApiProperty({ type: 'object', additionalProperties: { type: 'integer' }, example: { Shopper: 20 } })
  usersByClass!: Record<string, number>;
  /** One row a method and name, sorted by name */
  rows!: StatsRowDto[];
  /** All rows together */
  total!: StatsRowDto;
  /** Grouped failures, most frequent first */
  failures!: FailureDto[];
  /** Grouped exceptions of scenario code, most frequent first */
  exceptions!: ExceptionDto[];
  /** Checks of the scenario */
  checks!: CheckDto[];
  /** Tasks that were begun, for their real proportions */
  tasks?: TaskCountDto[];
}

export class SeriesQueryDto {
  /**
   * First second wanted, 0 or more
   * @example 0
   */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  from?: number = 0;

  /**
   * Last second wanted; left out: the newest there is
   * @example 86399
   */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(0)
  to?: number;

  /**
   * Seconds that are taken together in one point, 1 to 86400. Points begin at multiples of it, so the first and the last
   * may stand for fewer
   * @example 60
   */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(86_400)
  step?: number = 1;
}

export const themes = ['light', 'dark'] as const;

const formats = Object.keys(reportFormats) as ReportFormatName[];
const csvParts = ['stats', 'failures', 'exceptions', 'stats_history'] as const;

/** Which report, and of the four CSV files which. */
export class ReportFormatQueryDto {
  /** Left out: `html` */
  @IsOptional()
  @IsIn(formats)
  @ApiProperty({ enum: formats, required: false })
  format?: ReportFormatName;
  /** Which CSV file; left out: `stats` */
  @IsOptional()
  @IsIn(csvParts)
  @ApiProperty({ enum: csvParts, required: false })
  part?: (typeof csvParts)[number];
  /** Colours of the page; left out, the reader's own preference */
  @IsOptional()
  @IsIn(themes)
  @ApiProperty({ enum: themes, required: false })
  theme?: (typeof themes)[number];
  /** `1` to get a file instead of a page */
  @IsOptional()
  @IsIn(['0', '1'])
  @ApiProperty({ enum: ['0', '1'], required: false })
  download?: string;
}

export class ReportQueryDto {
  /** Colours of the page; left out, the reader's own preference */
  @IsOptional()
  @IsIn(themes)
  @ApiProperty({ enum: themes, required: false })
  theme?: (typeof themes)[number];
  /** `1` to get a file instead of a page */
  @IsOptional()
  @IsIn(['0', '1'])
  @ApiProperty({ enum: ['0', '1'], required: false })
  download?: string;
}
