/** What a run would ask for over time, before it is started. */
import { ApiProperty } from '@nestjs/swagger';
import type { PlannedLine, PlannedLoad } from '@loadstar/shared';

/** The users or the arrivals of the whole run, or of one of its scenarios. */
export class PlannedLineDto implements PlannedLine {
  /** Name of the scenario; null for the whole run */
  @ApiProperty({ type: String, nullable: true })
  name!: string | null;
  /**
   * In words
   * @example '10 users for 1m'
   */
  about!: string;
  /** Users, or iterations started per second */
  @ApiProperty({ enum: ['users', 'arrivals'] })
  unit!: 'users' | 'arrivals';
  /** One value a moment; null where there is none */
  @ApiProperty({ type: 'array', items: { type: 'number', nullable: true }, example: [0, 5, 10] })
  values!: (number | null)[];
}

/** The load of a run as it is planned. */
export class PlannedLoadDto implements PlannedLoad {
  /**
   * Moments of the values, seconds from the start
   * @example [0, 1, 2]
   */
  seconds!: number[];
  /** Empty for a shape that nobody has looked at yet */
  lines!: PlannedLineDto[];
  /** Seconds after which the run ends by itself; null when it runs until stopped */
  @ApiProperty({ type: Number, nullable: true })
  endSeconds!: number | null;
  /** Most users at once, as far as the plan says */
  peakUsers!: number;
}
