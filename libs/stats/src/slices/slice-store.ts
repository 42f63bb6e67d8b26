/**
 * A run in time slices, by name: what comparisons, intervals and the search for the steady state work on, because
 * requests of the same second are not independent of each other and slices nearly are. Bounded: slices begin as seconds
 * and are joined in pairs when there are too many, names beyond the bound share one.
 */
import { otherNames } from '../run-stats/run-stats.js';
import type { RunStats } from '../run-stats/run-stats.js';
import type { SeriesKey } from '../run-stats/series.js';
import { type Cell, emptyCell, mergeCells } from './cell.js';
import { OpenCell } from './open-cell.js';

export interface SlicedName {
  readonly method: string;
  readonly name: string;
  /** One a slice. */
  readonly cells: readonly Cell[];
}

export interface SlicedRun {
  /** Length of a slice, milliseconds. */
  readonly widthMs: number;
  /** Run time at which the first one begins. */
  readonly fromMs: number;
  /** Run time up to which there is data; the last slice may be a part of one. */
  readonly endMs: number;
  readonly names: readonly SlicedName[];
}

export interface SliceLimits {
  /** Most slices; with more they are joined in pairs. */
  readonly slices: number;
  readonly names: number;
  /** Buckets in use over all slices and names, 10 bytes each; beyond that slices are joined until 60 are left. */
  readonly buckets: number;
}

interface Row {
  readonly method: string;
  readonly name: string;
  cells: Cell[];
  /** What comes is counted here first. */
  readonly open: OpenCell;
}

/** Fewer slices would say nothing, whatever they cost. */
const slicesLeast = 60;
const defaultLimits: SliceLimits = { slices: 300, names: 200, buckets: 1_500_000 };

export class SliceStore {
  private widthMs = 1_000;
  private fromMs = 0;
  private endMs = 0;
  private buckets = 0;
  private readonly names = new Map<string, Row>();

  constructor(private readonly limits: SliceLimits = defaultLimits) {}

  /**
   * Adds what happened between two moments of run time, milliseconds. It counts in the slice of the middle: reports
   * come once a second, and one that is overdue says nothing of when in it things happened.
   */
  add(delta: RunStats, fromMs: number, toMs: number): void {
    const middle = (Math.max(0, fromMs) + Math.max(0, toMs)) / 2;
    if (!Number.isFinite(middle) || middle < this.fromMs) return;
    this.endMs = Math.max(this.endMs, toMs);
    while ((middle - this.fromMs) / this.widthMs >= this.limits.slices) this.widen();
    const slice = Math.floor((middle - this.fromMs) / this.widthMs);
    for (const { key, requests, failures, ok, failed } of delta.allSeries()) {
      if (requests === 0) continue;
      const { open } = this.rowAt(slice, key);
      const before = open.used;
      open.addRequests(requests, failures);
      open.addTimes(ok.response);
      open.addTimes(failed.response);
      this.buckets += open.used - before;
    }
    while (this.buckets > this.limits.buckets && this.longest() > slicesLeast) this.widen();
  }

  /** Forgets everything; slices begin at this moment. */
  reset(elapsedMs: number): void {
    this.names.clear();
    this.buckets = 0;
    this.widthMs = 1_000;
    this.fromMs = elapsedMs;
    this.endMs = elapsedMs;
  }

  /** Goes on with what was stored of the run. For a store that nothing was added to. */
  restore({ widthMs, fromMs, endMs, names }: SlicedRun): void {
    this.reset(fromMs);
    this.widthMs = widthMs;
    this.endMs = endMs;
    for (const { method, name, cells } of names) {
      const key = method === '' && name === otherNames ? otherNames : `${method} ${name}`;
      this.names.set(key, { method, name, cells: [...cells], open: new OpenCell() });
      for (const { buckets } of cells) this.buckets += buckets.length;
    }
  }

  /** What there is so far; every name has a cell for every slice. */
  sliced(): SlicedRun {
    const { widthMs, fromMs, endMs } = this;
    const length = this.longest();
    for (const row of this.names.values()) this.close(row);
    const names = [...this.names.values()].map(({ method, name, cells }) => ({
      method,
      name,
      cells: Array.from({ length }, (_, index) => cells[index] ?? emptyCell),
    }));
    names.sort((a, b) => (a.name + a.method < b.name + b.method ? -1 : 1));
    return { widthMs, fromMs, endMs, names };
  }

  /** The row of a name, with this slice open. */
  private rowAt(slice: number, { method, name }: SeriesKey): Row {
    const row = this.row(`${method} ${name}`, method, name);
    if (row.open.slice !== slice) {
      this.close(row);
      for (let index = row.cells.length; index <= slice; index++) row.cells.push(emptyCell);
      row.open.slice = slice;
    }
    return row;
  }

  private row(key: string, method: string, name: string): Row {
    const known = this.names.get(key);
    if (known !== undefined) return known;
    if (this.names.size >= this.limits.names && name !== otherNames) return this.row(otherNames, '', otherNames);
    const row = { method, name, cells: [], open: new OpenCell() };
    this.names.set(key, row);
    return row;
  }

  /** Puts what the open slice of a row holds to its place. */
  private close({ cells, open }: Row): void {
    const { slice, used } = open;
    if (slice < 0) return;
    const before = cells[slice] ?? emptyCell;
    const after = mergeCells(before, open.take());
    cells[slice] = after;
    this.buckets += after.buckets.length - before.buckets.length - used;
  }

  private longest(): number {
    let length = 0;
    for (const { cells } of this.names.values()) length = Math.max(length, cells.length);
    return length;
  }

  private widen(): void {
    for (const row of this.names.values()) this.close(row);
    this.widthMs *= 2;
    this.buckets = 0;
    for (const row of this.names.values()) {
      row.cells = joinPairs(row.cells);
      for (const { buckets } of row.cells) this.buckets += buckets.length;
    }
  }
}

/** Slices joined in pairs; the last stays alone when their number is odd. */
export function joinPairs(cells: readonly Cell[]): Cell[] {
  const joined: Cell[] = [];
  for (let index = 0; index < cells.length; index += 2) {
    joined.push(mergeCells(cells[index] ?? emptyCell, cells[index + 1] ?? emptyCell));
  }
  return joined;
}
