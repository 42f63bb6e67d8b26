/**
 * The port behind which runs are kept. Every write names the revision it has seen and the epoch of its master, so that
 * of two writers one learns that it came too late, and a master that was replaced cannot write at all.
 */
import type { RunPatch, RunRecord } from '../runs/run-record.js';

export interface UpdateCondition {
  /** Revision that the writer has seen. */
  readonly revision: number;
  /** Epoch of the writer; the update is refused when a later master has written. */
  readonly epoch: number;
}

export abstract class RunStore {
  /** A number above every earlier one of this store: the epoch of a master that begins. */
  abstract nextEpoch(): Promise<number>;
  /** @returns false when there is a run of this id */
  abstract insert(record: RunRecord): Promise<boolean>;
  abstract get(id: string): Promise<RunRecord | undefined>;
  /** Oldest first. */
  abstract list(): Promise<RunRecord[]>;
  /** @returns the record as it is now, or undefined when the condition did not hold and nothing was written */
  abstract update(id: string, condition: UpdateCondition, patch: RunPatch): Promise<RunRecord | undefined>;
  /** Forgets a run and its numbers. @returns false when there is no such run */
  abstract remove(id: string): Promise<boolean>;
}
