/**
 * Snapshots as bytes. Frame: "LS", version, flags (1: the body is deflated), body. A change of the body is a new
 * version; the golden vector in the spec makes sure that it is a conscious one. Equal snapshots give equal bytes in
 * whatever order they were merged, since series and groups are written in sorted order.
 *
 * Decoding trusts nothing: sizes are bounded before anything is allocated, and numbers that contradict each other are refused.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { RunStats } from '../run-stats/run-stats.js';
import { ByteReader, malformed } from './byte-reader.js';
import { ByteWriter } from './byte-writer.js';
import { readHeader, writeHeader } from './header-codec.js';
import type { SnapshotHeader } from './header.js';
import { StatsBytes } from './stats-bytes.js';
import { writeStats } from './stats-codec.js';

/** Version of the body. 2 adds the starts of tasks; stored runs of version 1 are still read. */
export const codecVersion = 2;
const oldestVersion = 1;

export interface Snapshot {
  header: SnapshotHeader;
  stats: RunStats;
}

export interface OpenSnapshot {
  readonly header: SnapshotHeader;
  readonly stats: StatsBytes;
}

const magic = [0x4c, 0x53] as const;
const frameBytes = 4;
const deflated = 1;
/** Below this deflate costs more than it saves. */
const deflateFromBytes = 1_024;
/** Most bytes of a body, deflated or not: several times what the bounds on series and groups allow in practice. */
export const bodyLimitBytes = 16 * 2 ** 20;

export function encodeSnapshot(header: SnapshotHeader, stats: RunStats): Uint8Array {
  const writer = new ByteWriter();
  writeHeader(writer, header);
  writeStats(writer, stats);
  const plain = writer.finish();
  const shrink = plain.length >= deflateFromBytes;
  const body = shrink ? deflateRawSync(plain, { level: 1 }) : plain;
  const bytes = new Uint8Array(frameBytes + body.length);
  bytes.set([...magic, codecVersion, shrink ? deflated : 0]);
  bytes.set(body, frameBytes);
  return bytes;
}

/** @throws LoadstarError MALFORMED_MESSAGE for anything that `encodeSnapshot` does not write */
export function decodeSnapshot(bytes: Uint8Array): Snapshot {
  const { header, stats } = openSnapshot(bytes);
  return { header, stats: stats.unpack() };
}

/** Reads no more than the header; the numbers may still be anything. @throws LoadstarError MALFORMED_MESSAGE */
export function openSnapshot(bytes: Uint8Array): OpenSnapshot {
  const body = bodyOf(bytes);
  const reader = new ByteReader(body);
  const header = readHeader(reader);
  return { header, stats: new StatsBytes(body, reader.place, reader.texts, bytes[2] ?? codecVersion) };
}

/** The same as bytes that are kept and compared, see `StatsBytes`. */
export function sealStats(stats: RunStats): StatsBytes {
  return StatsBytes.of(stats, codecVersion);
}

function bodyOf(bytes: Uint8Array): Uint8Array {
  if (bytes.length < frameBytes || bytes[0] !== magic[0] || bytes[1] !== magic[1])
    throw malformed('it is not a snapshot');
  const version = bytes[2] ?? 0;
  if (version < oldestVersion || version > codecVersion) {
    throw malformed(`its version is ${version}, not ${oldestVersion}..${codecVersion}`);
  }
  if (bytes.length > bodyLimitBytes) throw malformed(`it is larger than ${bodyLimitBytes} bytes`);
  const body = bytes.subarray(frameBytes);
  if (bytes[3] === 0) return body;
  if (bytes[3] !== deflated) throw malformed('its flags are unknown');
  try {
    return inflateRawSync(body, { maxOutputLength: bodyLimitBytes });
  } catch {
    throw malformed('it cannot be inflated');
  }
}
