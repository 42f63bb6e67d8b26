/** Bodies and answers about runs. The comments are what Swagger UI shows; the classes are held to the shared types. */
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  type CreateRunBody,
  type ParameterValue,
  type RunScenarioView,
  type RunState,
  type RunTotals,
  type RunView,
  type ScenarioChange,
  type ScenarioExecutor,
  scenarioExecutors,
  type Verdict,
} from '@loadstar/shared';
import { CapacityDto } from './capacity.dto.js';
import { ThresholdStateDto } from './threshold.dto.js';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsInt,
  IsNumber,
  IsObject,
  IsOptional,
  IsPositive,
  IsString,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import type { RunAdjustment, RunAnnotation } from '../../runs/run-control.js';
import { IsNotes, IsTags } from './is-annotation.js';
import { QueueRequestDto, RunQueueDto } from './queue-request.dto.js';

export const runStates = [
  'queued',
  'preparing',
  'spawning',
  'running',
  'stopping',
  'finished',
  'failed',
  'aborted',
] as const satisfies readonly RunState[];

export const verdicts = ['passed', 'failed', 'degraded', 'invalid'] as const satisfies readonly Verdict[];

export const lossPolicies = ['continue', 'rebalance', 'abort'] as const;

const longestText = 2048;
const mostClasses = 500;
const parameterValue = { oneOf: [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }] };
/** For the document: the plugin would take `IsPositive` as 1 or more. */
const positive = { type: 'number', minimum: 0, exclusiveMinimum: true } as const;

/** What to run. Whatever is left out is taken from the scenario or the master's defaults. */
export class CreateRunDto implements CreateRunBody {
  /**
   * File name of the scenario, as `GET /api/v1/scenarios` lists it
   * @example 'simple-load.ts'
   */
  @IsOptional()
  @IsString()
  @MaxLength(longestText)
  scenario?: string;
  /**
   * Base URL of the system under test: scheme and host, no credentials
   * @example 'http://localhost:5001'
   */
  @IsOptional()
  @IsString()
  @MaxLength(longestText)
  host?: string;
  /**
   * Users of the whole run, 1 up to the master's ceiling; not used while a shape decides
   * @example 20
   */
  @IsOptional()
  @IsInt()
  @Min(1)
  @ApiPropertyOptional({ type: 'integer', minimum: 1 })
  users?: number;
  /**
   * Users started per second in the whole run, above 0; not used while a shape decides
   * @example 5
   */
  @IsOptional()
  @IsNumber()
  @IsPositive()
  @ApiPropertyOptional(positive)
  spawnRate?: number;
  /**
   * Name of a `LoadTestShape` of the scenario, or `none`. Left out, a scenario's only shape is followed
   * @example 'none'
   */
  @IsOptional()
  @IsString()
  @MaxLength(longestText)
  shape?: string;
  /**
   * Seconds after which the run stops by itself, above 0; left out, the master's default; null, it runs until stopped
   * @example 60
   */
  @IsOptional()
  @IsNumber()
  @IsPositive()
  @ApiPropertyOptional({ ...positive, nullable: true })
  runTimeSeconds?: number | null;
  /** User classes to run; left out or empty, all of the scenario */
  @IsOptional()
  @IsArray()
  @ArrayUnique()
  @ArrayMaxSize(mostClasses)
  @IsString({ each: true })
  userClasses?: string[];
  /**
   * Equal seeds give equal random choices; left out, the master draws one
   * @example 'monday'
   */
  @IsOptional()
  @IsString()
  @MaxLength(longestText)
  seed?: string;
  /**
   * What becomes of the load of a worker that is lost: `continue` leaves it out and marks the run degraded (the default),
   * `rebalance` gives it to the others, `abort` ends the run
   * @example 'rebalance'
   */
  @IsOptional()
  @IsIn(lossPolicies)
  @ApiPropertyOptional({ enum: lossPolicies, enumName: 'LossPolicy', default: 'continue' })
  lossPolicy?: (typeof lossPolicies)[number];
  /**
   * Load by scenarios with executors, written as a scenario file's `options.scenarios`, in the place of users and shape
   * @example { "browse": { "executor": "constant-arrival-rate", "rate": 20, "duration": "1m", "preAllocatedVUs": 10 } }
   */
  @IsOptional()
  @IsObject()
  @ApiPropertyOptional({ type: 'object', additionalProperties: true })
  scenarios?: Record<string, unknown>;
  /**
   * Values of parameters that the scenario declares, by name; the others have their defaults
   * @example { "pageSize": 50 }
   */
  @IsOptional()
  @IsObject()
  @ApiPropertyOptional({ type: 'object', additionalProperties: true })
  parameters?: Record<string, unknown>;
  /** Words to find the run by, at most 20 of 1..50 characters */
  @IsTags()
  tags?: string[];
  /** What people want to say of it, at most 4000 characters */
  @IsNotes()
  notes?: string;
  /**
   * Name of a baseline, or id of a run that has ended, to compare with; a regression fails the run, and thresholds
   * relative to a baseline take their numbers from it
   * @example 'main'
   */
  @IsOptional()
  @IsString()
  @MaxLength(longestText)
  baseline?: string;
  /** Given, even empty, the run waits for its turn and its workers instead of being started at once */
  @IsOptional()
  @IsObject()
  @ValidateNested()
  @Type(() => QueueRequestDto)
  @ApiPropertyOptional({ type: () => QueueRequestDto })
  queue?: QueueRequestDto;
}

/** A change of one scenario of a run. */
export class ScenarioChangeDto implements ScenarioChange {
  /** @example 'browse' */
  @IsString()
  @MaxLength(longestText)
  name!: string;
  /** Users, for `constant-vus` and `externally-controlled` */
  @IsOptional()
  @IsInt()
  @Min(0)
  @ApiPropertyOptional({ type: 'integer', minimum: 0 })
  vus?: number;
  /** Arrivals per time unit, for `constant-arrival-rate` */
  @IsOptional()
  @IsNumber()
  @IsPositive()
  @ApiPropertyOptional(positive)
  rate?: number;
}

/** A change of a run; what is left out stays as it is. Notes and tags can be changed of any run, the rest of a running one. */
export class AdjustRunDto implements RunAdjustment, RunAnnotation {
  /**
   * Users of the whole run, 1 up to the master's ceiling
   * @example 40
   */
  @IsOptional()
  @IsInt()
  @Min(1)
  @ApiPropertyOptional({ type: 'integer', minimum: 1 })
  users?: number;
  /**
   * Users started or ended per second, above 0
   * @example 5
   */
  @IsOptional()
  @IsNumber()
  @IsPositive()
  @ApiPropertyOptional(positive)
  spawnRate?: number;
  /**
   * Seconds from now after which the run stops by itself, above 0
   * @example 120
   */
  @IsOptional()
  @IsNumber()
  @IsPositive()
  @ApiPropertyOptional(positive)
  runTimeSeconds?: number;
  /** User classes to run from now on */
  @IsOptional()
  @IsArray()
  @ArrayUnique()
  @ArrayMaxSize(mostClasses)
  @IsString({ each: true })
  userClasses?: string[];
  /**
   * Weights that replace the scenario's own, by user class, each 0 or more
   * @example { "Shopper": 3 }
   */
  @IsOptional()
  @IsObject()
  @ApiPropertyOptional({ type: 'object', additionalProperties: { type: 'number', minimum: 0 } })
  classWeights?: Record<string, number>;
  /**
   * Of a run that follows the scenarios of its file: users or arrival rate of those named here
   * @example [{ "name": "browse", "rate": 50 }]
   */
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(100)
  @ValidateNested({ each: true })
  @Type(() => ScenarioChangeDto)
  @ApiPropertyOptional({ type: () => [ScenarioChangeDto] })
  scenarios?: ScenarioChangeDto[];
  /** Words to find the run by, at most 20 of 1..50 characters; they take the place of those that it has */
  @IsTags()
  tags?: string[];
  /** What people want to say of it, at most 4000 characters */
  @IsNotes()
  notes?: string;
}

/** How a run is to be stopped. */
export class StopRunDto {
  /**
   * Milliseconds that iterations may take to end, 0..3600000; 0 interrupts them now; left out, as the platform has it.
   * Also shortens a stop that has begun
   * @example 0
   */
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(3_600_000)
  @ApiPropertyOptional({ type: 'integer', minimum: 0, maximum: 3_600_000 })
  graceMs?: number;
}

/** One scenario of a run, with the changes that were made. */
export class RunScenarioDto implements RunScenarioView {
  /** @example 'browse' */
  name!: string;
  @ApiProperty({ enum: scenarioExecutors, enumName: 'ScenarioExecutor' })
  executor!: ScenarioExecutor;
  /** As it was planned, in words */
  about!: string;
  /** Users in force where they can be changed */
  @ApiProperty({ type: Number, nullable: true })
  vus!: number | null;
  /** Arrivals per time unit in force where they can be changed */
  @ApiProperty({ type: Number, nullable: true })
  rate!: number | null;
}

/** A run in three numbers. */
export class RunTotalsDto implements RunTotals {
  requests!: number;
  failures!: number;
  /** 95th percentile of response time, milliseconds */
  p95Ms!: number;
}

/** One execution of a scenario with a load. */
export class RunDto implements RunView {
  /**
   * Id of the run
   * @example 'k3v9q0t7m2xw'
   */
  id!: string;
  /**
   * File name of the scenario
   * @example 'simple-load.ts'
   */
  scenario!: string;
  /** Where the run is in its life; `finished`, `failed` and `aborted` are ends */
  @ApiProperty({ enum: runStates, enumName: 'RunState', example: 'running' })
  state!: RunState;
  /**
   * Base URL of the system under test
   * @example 'http://localhost:5001'
   */
  host!: string;
  /** Seed of all random choices */
  seed!: string;
  /**
   * Users asked for; null while a shape decides
   * @example 20
   */
  users!: number | null;
  /**
   * Users per second asked for; null while a shape decides
   * @example 5
   */
  spawnRate!: number | null;
  /** Name of the shape that the load follows, or null */
  shape!: string | null;
  /** User classes that run */
  userClasses!: string[];
  /** Seconds after which the run stops by itself, or null */
  runTimeSeconds!: number | null;
  /**
   * When the run was asked for, ISO 8601 in UTC
   * @example '2026-11-22T11:44:43.976Z'
   */
  createdAt!: string;
  /** When load began, ISO 8601 in UTC; null before */
  startedAt!: string | null;
  /** When the run ended, ISO 8601 in UTC; null before */
  endedAt!: string | null;
  /** Why the run ended or failed, in words; null while all is as planned */
  reason!: string | null;
  /** Judgement by the thresholds and by what can be trusted; null before the end */
  @ApiProperty({ enum: verdicts, enumName: 'Verdict', nullable: true })
  verdict!: Verdict | null;
  /** What led to the verdict, in words */
  verdictReasons!: string[];
  /** How the thresholds stand, or stood at the end; left out in lists and of runs that never began */
  @ApiPropertyOptional({ type: () => ThresholdStateDto, isArray: true })
  thresholds?: ThresholdStateDto[];
  /** How its search for the capacity stands, or ended; left out in lists and of runs without one */
  @ApiPropertyOptional({ type: () => CapacityDto })
  capacity?: CapacityDto;
  /** Requests that lost workers may have made without reporting them, at most */
  unreportedAtMost!: number;
  /** Name of the baseline that this run is for others, or null */
  baselineName?: string | null;
  /** How it waits, or waited, for its turn; null for a run that was started at once */
  @ApiPropertyOptional({ type: () => RunQueueDto, nullable: true })
  queue?: RunQueueDto | null;
  /** What its scenarios ask for now, where the load has some */
  scenarios?: RunScenarioDto[];
  /** Its scenarios as a start takes them under `scenarios`; left out in lists and of runs without scenarios */
  @ApiPropertyOptional({ type: 'object', additionalProperties: true })
  plan?: Record<string, unknown>;
  /** Values of the parameters that its scenario declares; left out where it declares none */
  @ApiPropertyOptional({ type: 'object', additionalProperties: parameterValue })
  parameters?: Record<string, ParameterValue>;
  /** Words to find it by */
  tags?: string[];
  /** What people have written about it */
  notes?: string;
  /** Whether its users stand still by request */
  paused?: boolean;
  /** What came of it, so far or in the end; null before the start, and where it was not kept */
  @ApiPropertyOptional({ type: () => RunTotalsDto, nullable: true })
  totals?: RunTotalsDto | null;
}
