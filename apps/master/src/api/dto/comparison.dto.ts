/** Comparisons of stored runs, and the baselines that they are made with. */
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { ComparedRunView, Comparison, ComparisonView, TrendRow, Verdict } from '@loadstar/shared';
import { Type } from 'class-transformer';
import { IsIn, IsNumber, IsOptional, IsString, Matches, Max, MaxLength, Min } from 'class-validator';
import { verdicts } from './run.dto.js';

const anything = { type: 'object', additionalProperties: true } as const;

export class ComparisonQueryDto {
  /**
   * Two or more runs with commas between, each an id or the name of a baseline: the first is compared with the last, the
   * trend is told of all
   * @example 'main,k3v9q0t7m2xw'
   */
  @IsString()
  @MaxLength(4096)
  @Matches(/^[^,]+(,[^,]+){1,99}$/, { message: 'runs must be 2..100 ids or names with commas between' })
  runs!: string;
  /** Changes of times below this do not matter, percent */
  @IsOptional()
  @Type(() => Number)
  @IsNumber()
  @Min(0)
  @Max(100)
  @ApiPropertyOptional({ type: 'number', minimum: 0, maximum: 100, default: 2 })
  minEffect?: number;
  /** `0` counts the warm-up, too */
  @IsOptional()
  @IsIn(['0', '1'])
  @ApiPropertyOptional({ enum: ['0', '1'], default: '1' })
  cut?: string;
}

/** A run that was compared. */
export class ComparedRunDto implements ComparedRunView {
  id!: string;
  /** Name of the baseline, or the id */
  label!: string;
  scenario!: string;
  /** ISO 8601 in UTC */
  startedAt!: string;
  @ApiProperty({ enum: verdicts, enumName: 'Verdict', nullable: true })
  verdict!: Verdict | null;
}

/** What changed from the first run to the last, and how all of them moved. */
export class ComparisonDto implements ComparisonView {
  /** In the order that was asked for */
  runs!: ComparedRunDto[];
  /** The same as `comparison` in the JSON report, which its schema describes */
  @ApiProperty(anything)
  comparison!: Comparison;
  /** p50, p95, throughput and fail rate over all runs; of fewer than five nothing can be said */
  @ApiProperty({ type: 'array', items: anything })
  trends!: TrendRow[];
}

export class PutBaselineDto {
  /** Id of a run that has ended */
  @IsString()
  @MaxLength(200)
  runId!: string;
}
