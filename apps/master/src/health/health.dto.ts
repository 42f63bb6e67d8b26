import { ApiProperty } from '@nestjs/swagger';
import { runStates } from '../api/dto/run.dto.js';
import type { RunState } from '@loadstar/shared';

/** How the master is. */
export class HealthDto {
  /**
   * Always `ok` when the master answers at all
   * @example 'ok'
   */
  status!: string;
  /**
   * Version of Loadstar
   * @example '0.1.0'
   */
  version!: string;
  /** When this was asked, ISO 8601 in UTC */
  timestamp!: string;
  /** Seconds since the master started */
  uptimeSeconds!: number;
  /** Workers that can take load */
  workersReady!: number;
  /** Workers connected or recently lost */
  workersTotal!: number;
  /**
   * `leader` drives the runs, and is one until it has let go of them when it ends; a `standby` passes calls on to the
   * leader, and takes its place when it is gone
   */
  @ApiProperty({ enum: ['leader', 'standby'] })
  role!: 'leader' | 'standby';
  /** Where the leader is, when it is another master */
  @ApiProperty({ type: String, nullable: true })
  leader!: string | null;
  /** State of the active or latest run; `ready` before the first */
  @ApiProperty({ enum: ['ready', ...runStates] })
  run!: RunState | 'ready';
}
