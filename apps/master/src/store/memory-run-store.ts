/** Runs in memory: gone with the process. The first home of `RunStore`, and the one that tests use. */
import type { RunPatch, RunRecord } from '../runs/run-record.js';
import { RunStore, type UpdateCondition } from './run-store.js';

export class MemoryRunStore extends RunStore {
  private readonly records = new Map<string, RunRecord>();
  private epoch = 0;

  nextEpoch(): Promise<number> {
    return Promise.resolve(++this.epoch);
  }

  insert(record: RunRecord): Promise<boolean> {
    if (this.records.has(record.id)) return Promise.resolve(false);
    this.records.set(record.id, structuredClone(record));
    return Promise.resolve(true);
  }

  get(id: string): Promise<RunRecord | undefined> {
    return Promise.resolve(structuredClone(this.records.get(id)));
  }

  list(): Promise<RunRecord[]> {
    const byAge = [...this.records.values()].sort((a, b) => a.createdAtMs - b.createdAtMs);
    return Promise.resolve(structuredClone(byAge));
  }

  update(id: string, { revision, epoch }: UpdateCondition, patch: RunPatch): Promise<RunRecord | undefined> {
    const record = this.records.get(id);
    if (!record || record.revision !== revision || record.epoch > epoch) return Promise.resolve(undefined);
    const updated = { ...record, ...structuredClone(patch), revision: revision + 1, epoch };
    this.records.set(id, updated);
    return Promise.resolve(structuredClone(updated));
  }

  remove(id: string): Promise<boolean> {
    return Promise.resolve(this.records.delete(id));
  }
}
