/** Pass/fail rules while a run goes on. */
import { ApiProperty } from '@nestjs/swagger';
import type { ThresholdView } from '@loadstar/shared';

export const thresholdStates = ['passing', 'failing', 'no data'] as const satisfies readonly ThresholdView['state'][];

/** How a threshold stands. */
export class ThresholdStateDto implements ThresholdView {
  /** @example 'request_duration{name:/users}' */
  selector!: string;
  /** @example 'p95<500' */
  expression!: string;
  /** `no data`: nothing that it is about was measured so far, which is a failure at the end */
  @ApiProperty({ enum: thresholdStates, enumName: 'ThresholdState' })
  state!: ThresholdView['state'];
  /** What is judged, in the unit of the expression: of windows the worst; null without data */
  value!: number | null;
  /** The newest window or second, or the run so far */
  current!: number | null;
  /** What the value is compared with; null while the baseline that it comes from is missing */
  limit!: number | null;
  /** Room to the limit as a share of it: 0.2 where a fifth is left, below 0 where it is passed */
  margin!: number | null;
  /** Why it does not pass, in words; null when it does */
  reason!: string | null;
  /** Seconds of run time since which it has stood like this */
  sinceSeconds!: number;
}
