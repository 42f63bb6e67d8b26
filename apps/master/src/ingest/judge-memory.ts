/** What the judge of a run remembers, as bytes for the store: gzipped JSON. */
import { gunzipSync, gzipSync } from 'node:zlib';
import type { JudgeMemory } from '@loadstar/stats';

/** More than this is no memory of ours: slices are bounded far below it. */
const mostBytes = 256 * 1024 * 1024;

export function encodeMemory(memory: JudgeMemory): Uint8Array {
  return gzipSync(JSON.stringify(memory), { level: 1 });
}

/** @returns undefined for what cannot be read: a run is worth more than what its judge remembers */
export function decodeMemory(bytes: Uint8Array): JudgeMemory | undefined {
  try {
    const memory = JSON.parse(gunzipSync(bytes, { maxOutputLength: mostBytes }).toString()) as JudgeMemory;
    return memory.version === 1 ? memory : undefined;
  } catch {
    return undefined;
  }
}
