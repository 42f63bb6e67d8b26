import { LoadstarError } from '@loadstar/shared';
import type { Snapshot } from '../ledger/ledger.js';
import type { RunStats } from '../run-stats/run-stats.js';
import type { SnapshotHeader } from './header.js';
export function encodeSnapshot(header: SnapshotHeader, stats: RunStats): Uint8Array {
  void header;
  void stats;
  throw new LoadstarError('INTERNAL');
}
export function decodeSnapshot(bytes: Uint8Array): Snapshot {
  void bytes;
  throw new LoadstarError('INTERNAL');
}
