import { ApiProperty } from '@nestjs/swagger';
import type { Role } from '../../config/master-config.js';

/** What a start without further words uses. */
export class DefaultsDto {
  /** @example 'http://localhost:5001' */
  host!: string;
  /** @example 10 */
  users!: number;
  /**
   * Users per second
   * @example 2
   */
  spawnRate!: number;
  /** Seconds; null runs until stopped */
  runTimeSeconds!: number | null;
}

/** What the platform allows. */
export class LimitsDto {
  /** Most users of one run */
  maxUsers!: number;
  /** Most arrivals per second of one run, all its open scenarios together; null: any */
  maxRate!: number | null;
}

/** What belongs to the numbers of this version. */
export class FeaturesDto {
  /**
   * Upper bounds in milliseconds of the buckets of `latency` in the series; one more bucket is open above
   * @example [1, 2, 5]
   */
  latencyBoundsMs!: number[];
}

/** What a page or a program needs to know before it offers a start. */
export class ConfigDto {
  /**
   * Version of Loadstar
   * @example '0.1.0'
   */
  version!: string;
  /**
   * Scenario that a start without one uses
   * @example 'simple-load.ts'
   */
  defaultScenario!: string;
  defaults!: DefaultsDto;
  limits!: LimitsDto;
  features!: FeaturesDto;
  /** Whether calls need a token */
  auth!: boolean;
  /** Role of the caller */
  @ApiProperty({ enum: ['viewer', 'runner', 'admin'] })
  role!: Role;
}
