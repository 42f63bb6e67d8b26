/**
 * Slices as JSON, for stored runs. The distribution of a cell is a base64 text of variable-length integers (LEB128): per
 * bucket in use (gap to the one before x 2 + (count > 1)) and, if so, the count; an empty text for an empty cell.
 */
import { LoadstarError } from '@loadstar/shared';
import { type Cell, emptyCell } from './cell.js';
import { coarseCount, coarseLayout } from './coarse.js';
import type { SlicedRun } from './slice-store.js';

export interface StoredSlices {
  /** How times are put into buckets: exact below 256 us, then 128 buckets an octave. */
  layout: typeof coarseLayout;
  widthMs: number;
  fromMs: number;
  endMs: number;
  names: StoredName[];
}

/** One list entry a slice in each list. */
export interface StoredName {
  method: string;
  name: string;
  requests: number[];
  failures: number[];
  /** Sums of response times. */
  sumMs: number[];
  /** Distributions of response times. */
  times: string[];
}

export function storeSlices({ widthMs, fromMs, endMs, names }: SlicedRun): StoredSlices {
  return {
    layout: coarseLayout,
    widthMs,
    fromMs,
    endMs,
    names: names.map(({ method, name, cells }) => ({
      method,
      name,
      requests: cells.map(({ requests }) => requests),
      failures: cells.map(({ failures }) => failures),
      sumMs: cells.map(({ sumUs }) => sumUs / 1_000),
      times: cells.map(writeTimes),
    })),
  };
}

/** @throws LoadstarError INVALID_INPUT for what `storeSlices` does not write */
export function restoreSlices({ layout, widthMs, fromMs, endMs, names }: StoredSlices): SlicedRun {
  if ((layout as string) !== coarseLayout) throw damaged(`its layout is "${layout as string}"`);
  const length = names[0]?.times.length ?? 0;
  return {
    widthMs,
    fromMs,
    endMs,
    names: names.map(({ method, name, requests, failures, sumMs, times }) => {
      if ([requests, failures, sumMs, times].some((list) => list.length !== length)) {
        throw damaged(`"${method} ${name}" has not a value for every slice`);
      }
      const cells = times.map((text, slice): Cell => {
        if (text === '') return emptyCell;
        const sumUs = (sumMs[slice] ?? 0) * 1_000;
        return { requests: requests[slice] ?? 0, failures: failures[slice] ?? 0, sumUs, ...readTimes(text) };
      });
      return { method, name, cells };
    }),
  };
}

function writeTimes({ buckets, counts }: Cell): string {
  const bytes: number[] = [];
  let next = 0;
  buckets.forEach((bucket, index) => {
    const count = counts[index] ?? 0;
    writeInteger(bytes, (bucket - next) * 2 + (count > 1 ? 1 : 0));
    if (count > 1) writeInteger(bytes, count);
    next = bucket + 1;
  });
  return Buffer.from(bytes).toString('base64');
}

function readTimes(text: string): Pick<Cell, 'buckets' | 'counts'> {
  const bytes = Buffer.from(text, 'base64');
  const buckets: number[] = [];
  const counts: number[] = [];
  let position = 0;
  const integer = (): number => {
    let value = 0;
    for (let factor = 1; factor < 2 ** 50; factor *= 128) {
      const byte = bytes[position++];
      if (byte === undefined) break;
      value += (byte & 0x7f) * factor;
      if (byte < 128) return value;
    }
    throw damaged('a distribution ends early');
  };
  let next = 0;
  while (position < bytes.length) {
    const token = integer();
    const bucket = next + Math.floor(token / 2);
    if (bucket >= coarseCount) throw damaged('a bucket is out of range');
    buckets.push(bucket);
    counts.push(token % 2 === 1 ? integer() : 1);
    next = bucket + 1;
  }
  return { buckets: Uint16Array.from(buckets), counts: Float64Array.from(counts) };
}

function writeInteger(bytes: number[], value: number): void {
  let rest = value;
  while (rest >= 128) {
    bytes.push((rest % 128) | 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
}

function damaged(detail: string): LoadstarError {
  return new LoadstarError('INVALID_INPUT', { detail: `the slices of the report cannot be read: ${detail}` });
}
