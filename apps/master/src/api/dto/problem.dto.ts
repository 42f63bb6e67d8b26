import { ApiProperty } from '@nestjs/swagger';
import { type ErrorCode, errorTable, type FieldProblem, type Problem } from '@loadstar/shared';

/** One field of bad input. */
export class FieldProblemDto implements FieldProblem {
  /** @example 'users' */
  @ApiProperty()
  field!: string;
  /** @example 'must not be less than 1' */
  @ApiProperty()
  problem!: string;
}

/** An error, as RFC 9457 has it. Match on `code`, never on the texts. */
export class ProblemDto implements Problem {
  @ApiProperty({ description: 'Names the kind of error' })
  type!: string;
  @ApiProperty()
  title!: string;
  @ApiProperty({ description: 'HTTP status' })
  status!: number;
  @ApiProperty({ enum: Object.keys(errorTable), enumName: 'ErrorCode' })
  code!: ErrorCode;
  @ApiProperty({ description: 'What happened' })
  detail!: string;
  @ApiProperty({ description: 'What to do about it' })
  hint!: string;
  @ApiProperty({ description: 'Whether the same call may succeed later' })
  retryable!: boolean;
  @ApiProperty({ type: [FieldProblemDto], required: false, description: 'Every field that is wrong' })
  errors?: FieldProblemDto[];
}
