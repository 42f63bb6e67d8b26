/** What may be asked of the list of runs. */
import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';

/** Runs in a list that does not say how many it wants. */
const runsPage = 200;

/** Which part of the list of runs. */
export class RunsQueryDto {
  /**
   * Most runs wanted, 1 to 1000
   * @example 200
   */
  @ApiProperty({ required: false })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1_000)
  limit: number = runsPage;
  /** Id of a run: those older than it are wanted. Left out: the newest */
  @IsOptional()
  @IsString()
  @MaxLength(200)
  before?: string;
}
