/** All numbers of a run as one text, for stored runs: a snapshot (see `codec.ts`) in base64. */
import { LoadstarError } from '@loadstar/shared';
import type { RunStats } from '../run-stats/run-stats.js';
import { decodeSnapshot, encodeSnapshot } from './codec.js';
import { mergeHealth, type SnapshotHeader } from './header.js';

/** Whoever stores a run is no worker: what a header says of one is left empty. */
function headerOf(runId: string): SnapshotHeader {
  return {
    runId,
    worker: '',
    incarnation: '',
    seq: 1,
    elapsedMs: 0,
    phase: 'done',
    final: true,
    reason: undefined,
    users: 0,
    targetUsers: 0,
    spawnRate: 0,
    usersByClass: {},
    health: mergeHealth([]),
  };
}

export function storeStats(runId: string, stats: RunStats): string {
  return Buffer.from(encodeSnapshot(headerOf(runId), stats)).toString('base64');
}

/** @throws LoadstarError INVALID_INPUT for what `storeStats` does not write */
export function restoreStats(text: string): RunStats {
  try {
    return decodeSnapshot(Buffer.from(text, 'base64')).stats;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new LoadstarError('INVALID_INPUT', { detail: `the numbers of the report cannot be read: ${why}` });
  }
}
