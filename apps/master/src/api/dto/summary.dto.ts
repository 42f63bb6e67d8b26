/** The summary of a run: the same document as the JSON report, so the two never differ. */
import { ApiProperty } from '@nestjs/swagger';
import type { Verdict } from '@loadstar/shared';
import type {
  GeneratorSummary,
  Outcome,
  RunSummary,
  SummaryMeta,
  SummaryRow,
  ThresholdResult,
  TimeSummary,
} from '@loadstar/stats';
import { CapacityDto } from './capacity.dto.js';
import { CheckDto, ExceptionDto, FailureDto, RunEventDto } from './stats.dto.js';
import { verdicts } from './run.dto.js';

const counts = { type: 'object', additionalProperties: { type: 'integer' } } as const;

/** A distribution of times in milliseconds; all 0 while `count` is 0. */
export class TimeSummaryDto implements TimeSummary {
  count!: number;
  averageMs!: number;
  minMs!: number;
  maxMs!: number;
  /** Milliseconds by percentile, p50 to p100 */
  @ApiProperty({ type: 'object', additionalProperties: { type: 'number' }, example: { p50: 74, p95: 98, p100: 120 } })
  percentiles!: TimeSummary['percentiles'];
}

/** Numbers of one method and name over the whole run. */
export class SummaryRowDto implements SummaryRow {
  method!: string;
  name!: string;
  requests!: number;
  failures!: number;
  /** Failures per request, 0 to 1 */
  failRatio!: number;
  requestsPerSecond!: number;
  failuresPerSecond!: number;
  averageBytes!: number;
  bytesReceived!: number;
  bytesSent!: number;
  /** Intended start to last byte */
  response!: TimeSummaryDto;
  /** Request sent to last byte */
  service!: TimeSummaryDto;
  /** Response time of failed requests alone */
  failedResponse!: TimeSummaryDto;
  /** Requests by how they ended; the sum is `requests` */
  @ApiProperty(counts)
  outcomes!: Record<Outcome, number>;
}

/** What the summary is about. */
export class SummaryMetaDto implements SummaryMeta {
  runId!: string;
  scenario!: string;
  host!: string;
  seed!: string;
  /** ISO 8601 in UTC */
  startedAt!: string;
  /** ISO 8601 in UTC */
  endedAt!: string;
  /** Seconds that the numbers cover */
  elapsedSeconds!: number;
  /** Milliseconds of run time at which counting began: 0, or the time of a reset */
  countedFromMs!: number;
  /** Greatest number of users that ran at once */
  users!: number;
  /** Users asked for; null where a shape decided */
  targetUsers!: number | null;
  /** Users per second asked for; null where a shape decided */
  spawnRate!: number | null;
  shape!: string | null;
  userClasses!: string[];
  workers!: number;
  engines!: number;
  loadstarVersion!: string;
  nodeVersion!: string;
  @ApiProperty({ enum: verdicts, enumName: 'Verdict', nullable: true })
  verdict!: Verdict | null;
  verdictReasons!: string[];
  unreportedAtMost!: number;
  /** More facts for people */
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' } })
  environment!: Record<string, string>;
}

/** One pass/fail rule and what came of it. */
export class ThresholdDto implements ThresholdResult {
  /** @example 'request_duration{name:/users}' */
  selector!: string;
  /** @example 'p95<500' */
  expression!: string;
  /** Measured value in the unit of the expression; null without data */
  value!: number | null;
  passed!: boolean;
  /** Why it failed, in words; null when it passed */
  reason!: string | null;
  /** What it lacked to be judged: requests that it is about, or the baseline that it is relative to */
  @ApiProperty({ enum: ['data', 'baseline'] })
  missing?: 'data' | 'baseline';
}

/** The whole summary; a field may be added at any time, and is renamed or removed only with a new `schema`. */
export class SummaryDto implements RunSummary {
  /** Version of this form */
  @ApiProperty({ enum: [1] })
  schema!: 1;
  meta!: SummaryMetaDto;
  /** One row a method and name, sorted by name */
  rows!: SummaryRowDto[];
  /** All rows together */
  total!: SummaryRowDto;
  failures!: FailureDto[];
  exceptions!: ExceptionDto[];
  checks!: CheckDto[];
  /** Pass/fail rules of the scenario and what came of them */
  thresholds!: ThresholdDto[];
  /** Requests by how they ended */
  @ApiProperty(counts)
  outcomes!: Record<Outcome, number>;
  /** Task executions */
  @ApiProperty(counts)
  iterations!: RunSummary['iterations'];
  /** Arrivals of an open load that no user was free for */
  droppedArrivals!: number;
  @ApiProperty(counts)
  connections!: RunSummary['connections'];
  /** Dial to usable connection */
  connect!: TimeSummaryDto;
  /** How late the load generators were against their own plan */
  lag!: TimeSummaryDto;
  /** What each worker process said last about itself */
  @ApiProperty({ type: 'array', items: { type: 'object', additionalProperties: true } })
  generators!: GeneratorSummary[];
  /** What happened to the run, in order */
  events?: RunEventDto[];
  /** What the search for the capacity came to, if the run is one */
  capacity?: CapacityDto;
}
