/** The search for the capacity of the target, as the API tells of it. */
import { ApiProperty } from '@nestjs/swagger';
import type { CapacityKnee, CapacityStepView, CapacityView } from '@loadstar/shared';

export const capacityOutcomes = [
  'searching',
  'found',
  'above cap',
  'below start',
  'generator limit',
  'steps spent',
] as const satisfies readonly CapacityView['outcome'][];

/** Where throughput would peak by the universal scalability law. */
export class CapacityKneeDto implements CapacityKnee {
  /** Requests in the target at a time at which throughput peaks; null when it never falls again */
  concurrency!: number | null;
  /** Requests per second at the peak, or what contention lets throughput approach; null when nothing bounds it */
  peakRate!: number | null;
  /** 95 % interval of the peak, lower end */
  peakLow!: number | null;
  /** 95 % interval of the peak, upper end */
  peakHigh!: number | null;
}

/** One step that was judged. */
export class CapacityStepDto implements CapacityStepView {
  /** From 1 on */
  number!: number;
  /** Arrivals per second */
  rate!: number;
  /** Seconds of run time at which it began */
  fromSeconds!: number;
  /** Its length */
  seconds!: number;
  /** Whether the thresholds were met */
  passed!: boolean;
  /** False when the generator could not deliver the rate: the step says nothing about the target */
  trusted!: boolean;
  /** Requests answered well, per second */
  achievedRate!: number;
  meanMs!: number;
  p95Ms!: number;
  failRatio!: number;
  /** Why it failed, in words; null when it passed */
  reason!: string | null;
}

/** The step under way. */
export class CapacityRunningDto {
  number!: number;
  /** Arrivals per second */
  rate!: number;
  /** Seconds of run time at which it began */
  fromSeconds!: number;
  /** Its length */
  seconds!: number;
}

export class CapacityDto implements CapacityView {
  /** `searching`: not at its end; `above cap`: even the cap was held; `below start`: not even the lowest rate was */
  @ApiProperty({ enum: capacityOutcomes, enumName: 'CapacityOutcome' })
  outcome!: CapacityView['outcome'];
  /** Greatest rate that was held; null when none was so far */
  capacity!: number | null;
  /** Least rate that was not held; null when every one was so far */
  failedRate!: number | null;
  /** Best guess of where the limit is, between the two */
  estimate!: number | null;
  /** Whether the capacity was held twice */
  confirmed!: boolean;
  /** No step goes beyond it */
  capRate!: number;
  @ApiProperty({ type: () => CapacityKneeDto, nullable: true })
  knee!: CapacityKneeDto | null;
  /** Steps that were judged */
  @ApiProperty({ type: () => CapacityStepDto, isArray: true })
  steps!: CapacityStepDto[];
  @ApiProperty({ type: () => CapacityRunningDto, nullable: true })
  running!: CapacityRunningDto | null;
}
