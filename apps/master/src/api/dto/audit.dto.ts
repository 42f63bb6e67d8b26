/** What is asked of, and shown from, the record of changes. */
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, Max, Min } from 'class-validator';

const mostEntries = 1_000;

/** How much of the record to show. */
export class AuditQueryDto {
  /** Entries at most. Default 100 */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(mostEntries)
  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: mostEntries, default: 100 })
  limit?: number;
}

/** One call that changed something. */
export class AuditEntryDto {
  /**
   * When, ISO 8601 in UTC
   * @example '2026-11-22T11:44:43.976Z'
   */
  at!: string;
  /**
   * Name of the token's holder, or what callers without one share
   * @example 'anna'
   */
  who!: string;
  /**
   * Role that the caller had
   * @example 'runner'
   */
  role!: string;
  /** Address that the call came from */
  address!: string;
  /**
   * Verb and path
   * @example 'POST /api/v1/runs'
   */
  call!: string;
  /**
   * HTTP status of the answer
   * @example 201
   */
  status!: number;
  /** The run that it was about, or null */
  @ApiProperty({ type: String, nullable: true })
  runId!: string | null;
  /** Base URL that the load of that run goes to, or null */
  @ApiProperty({ type: String, nullable: true })
  host!: string | null;
  /** Users of that run, or null */
  @ApiProperty({ type: 'integer', nullable: true })
  users!: number | null;
}
