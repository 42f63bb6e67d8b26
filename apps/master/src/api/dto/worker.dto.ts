import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { WorkerState, WorkerView } from '@loadstar/shared';

export const workerStates = [
  'ready',
  'preparing',
  'spawning',
  'running',
  'stopping',
  'suspect',
  'lost',
  'draining',
] as const satisfies readonly WorkerState[];

/** One worker process and its engines, as the master knows it. */
export class WorkerDto implements WorkerView {
  /**
   * Name of the worker
   * @example 'worker-1'
   */
  id!: string;
  /** One life of its process */
  incarnation!: string;
  @ApiProperty({ enum: workerStates, enumName: 'WorkerState' })
  state!: WorkerState;
  /** Users that it runs now */
  users!: number;
  /** Load-generating processes */
  engines!: number;
  /** Percent of one core, worker and engines together */
  cpuPercent!: number;
  /** Resident memory, bytes */
  rssBytes!: number;
  /** Worst 99th percentile of event-loop delay among its engines over the last second, milliseconds */
  loopLagMs!: number;
  /** Version of Loadstar it runs */
  version!: string;
  /** Labels that runs may ask for */
  @ApiPropertyOptional({ type: 'object', additionalProperties: { type: 'string' }, example: { zone: 'eu' } })
  labels?: Record<string, string>;
  /** Its wall clock minus the master's, milliseconds */
  clockOffsetMs!: number;
  /** From its newest beat to the answer, milliseconds; 0 before the first */
  roundTripMs!: number;
  /** Snapshots that have come from it since it joined, whether they counted or not */
  snapshots!: number;
  /** Milliseconds since the master last heard of it */
  lastSeenMs!: number;
}
