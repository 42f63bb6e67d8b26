// The points of one run in the column form that the charts draw: seconds, or several seconds together where the master
// told a long run in few points. Counts are kept as rates, so that both kinds stand on one scale. A second that nobody
// reported on by itself stays null in every column: it is drawn as a gap, never as zero and never joined over. Seconds
// that still grow wait aside until they are settled, because half a second's count would be drawn as a dip.
import type { ChartSource, Column } from '../charts/chart-source.js';
import type { SeriesPoint } from '@loadstar/shared';

export interface SeriesColumns {
  /** Where each entry begins, whole seconds since the start of the run, without holes between the entries. */
  seconds: number[];
  /** Per second. */
  requests: Column;
  failures: Column;
  users: Column;
  targetUsers: Column;
  p50Ms: Column;
  p95Ms: Column;
  p99Ms: Column;
  serviceP50Ms: Column;
  serviceP95Ms: Column;
  serviceP99Ms: Column;
}

export type SeriesName = Exclude<keyof SeriesColumns, 'seconds'>;

const names: readonly SeriesName[] = [
  'requests',
  'failures',
  'users',
  'targetUsers',
  'p50Ms',
  'p95Ms',
  'p99Ms',
  'serviceP50Ms',
  'serviceP95Ms',
  'serviceP99Ms',
];

/** Entries, which are twelve hours of seconds; older ones leave a tenth at a time, so that a page left open for days stays flat. */
const defaultCapacity = 43_200;

export class SeriesStore implements ChartSource {
  readonly columns: SeriesColumns = emptyColumns();
  /** Seconds that each entry stands for. */
  readonly spans: number[] = [];
  /** How often it was emptied: whoever had it filled with more detail has to do so again. */
  clears = 0;
  /** Requests by response time, entry by entry, where the master tells it. */
  readonly latency: (readonly number[] | null)[] = [];
  private readonly present = new Set<SeriesName>();
  private readonly growing = new Map<number, SeriesPoint>();

  constructor(private readonly capacity = defaultCapacity) {}

  get seconds(): number[] {
    return this.columns.seconds;
  }

  get length(): number {
    return this.columns.seconds.length;
  }

  get lastSecond(): number | undefined {
    const begin = this.columns.seconds.at(-1);
    return begin === undefined ? undefined : begin + (this.spans.at(-1) ?? 1) - 1;
  }

  column(name: string): Column {
    return isName(name) ? this.columns[name] : [];
  }

  /** Whether any second has a value in this column. */
  has(name: SeriesName): boolean {
    return this.present.has(name);
  }

  clear(): void {
    this.clears += 1;
    this.spans.length = 0;
    this.growing.clear();
    this.present.clear();
    this.latency.length = 0;
    this.columns.seconds.length = 0;
    for (const name of names) this.columns[name].length = 0;
  }

  /**
   * Takes new points and newer versions of known ones, in any order.
   *
   * @param settled last second that grows no more; later ones are kept but not shown yet. Left out: all are settled.
   * @returns whether a second that was shown has grown after all
   */
  add(points: readonly SeriesPoint[], settled = Number.POSITIVE_INFINITY): boolean {
    let grew = false;
    for (const point of points) this.growing.set(Math.floor(point.second), point);
    for (const second of [...this.growing.keys()].toSorted((a, b) => a - b)) {
      const point = this.growing.get(second);
      if (!point || second > settled) continue;
      grew = this.put(point) || grew;
      this.growing.delete(second);
    }
    this.trim();
    return grew;
  }

  /** Most seconds that an entry between these two stands for; 0 when there is none. */
  coarsest(from: number, to: number): number {
    let most = 0;
    const { seconds } = this.columns;
    for (let index = this.covering(from); index < this.length && (seconds[index] ?? to) <= to; index += 1) {
      most = Math.max(most, this.spans[index] ?? 1);
    }
    return most;
  }

  /** First second and the second after the last of the entries that cover a stretch. */
  whole(from: number, to: number): [number, number] {
    const first = this.covering(from);
    const last = Math.max(first, this.covering(to));
    const begin = this.columns.seconds[last] ?? 0;
    return [this.columns.seconds[first] ?? 0, begin + (this.spans[last] ?? 1)];
  }

  /** Takes finer points, one after the other without holes, in the place of the entries that they cover. */
  refine(points: readonly SeriesPoint[]): void {
    const { seconds } = this.columns;
    const end = endOf(points.at(-1));
    const first = seconds.findIndex((second) => second >= (points[0]?.second ?? Infinity));
    if (first < 0) return;
    let past = first;
    while (past < this.length && (seconds[past] ?? 0) + (this.spans[past] ?? 1) <= end) past += 1;
    // What is older has left, and what an entry covers in part stays as it is.
    const finer = points.filter(
      (point) => point.second >= (seconds[first] ?? 0) && endOf(point) <= (seconds[past] ?? Infinity),
    );
    if (finer.length === 0) return;
    const replaced = past - first;
    seconds.splice(first, replaced, ...finer.map(({ second }) => second));
    this.spans.splice(first, replaced, ...finer.map((point) => point.seconds ?? 1));
    this.latency.splice(first, replaced, ...finer.map(() => null));
    for (const name of names) this.columns[name].splice(first, replaced, ...finer.map(() => null));
    finer.forEach((point, index) => this.set(first + index, point));
    this.trim();
  }

  /** @returns whether the second was there and has more requests now */
  private put(point: SeriesPoint): boolean {
    const second = Math.floor(point.second);
    const span = point.seconds ?? 1;
    const { seconds } = this.columns;
    const first = seconds[0];
    // older than what is kept: the window has moved on
    if (first !== undefined && second < first) return false;
    const end = this.lastSecond === undefined ? second : this.lastSecond + 1;
    if (second >= end) this.append(end, second, span);
    const index = this.covering(second);
    // A second of an entry that stands for several is in it already.
    if (seconds[index] !== second || this.spans[index] !== span) return false;
    const shown = this.columns.requests[index] ?? null;
    this.set(index, point);
    return shown !== null && point.requests / span > shown;
  }

  private set(index: number, point: SeriesPoint): void {
    const span = point.seconds ?? 1;
    for (const name of names) {
      const told = point.gap ? null : (point[name] ?? null);
      const value = told !== null && isCount(name) ? told / span : told;
      this.columns[name][index] = value;
      if (value !== null) this.present.add(name);
    }
    this.latency[index] = (point.gap ? null : point.latency) ?? null;
  }

  /** Index of the entry that a second is in, or of the one before it; 0 when it is before all. */
  private covering(second: number): number {
    const { seconds } = this.columns;
    let low = 0;
    let high = seconds.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((seconds[middle] ?? 0) <= second) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Adds an entry, with empty seconds from the end of what there is up to it. */
  private append(from: number, second: number, span: number): void {
    // A point far ahead (a clock gone wrong) must not make millions of empty seconds.
    if (second - from > this.capacity) {
      this.clear();
      from = second;
    }
    for (let hole = from; hole < second; hole += 1) this.push(hole, 1);
    this.push(second, span);
  }

  private push(second: number, span: number): void {
    this.columns.seconds.push(second);
    this.spans.push(span);
    for (const name of names) this.columns[name].push(null);
    this.latency.push(null);
  }

  private trim(): void {
    if (this.length <= this.capacity) return;
    const surplus = this.length - Math.floor(this.capacity * 0.9);
    this.columns.seconds.splice(0, surplus);
    this.spans.splice(0, surplus);
    for (const name of names) this.columns[name].splice(0, surplus);
    this.latency.splice(0, surplus);
  }
}

const isCount = (name: SeriesName): boolean => name === 'requests' || name === 'failures';

/** The second after the last of a point. */
const endOf = (point: SeriesPoint | undefined): number => (point ? point.second + (point.seconds ?? 1) : 0);

function emptyColumns(): SeriesColumns {
  return {
    seconds: [],
    requests: [],
    failures: [],
    users: [],
    targetUsers: [],
    p50Ms: [],
    p95Ms: [],
    p99Ms: [],
    serviceP50Ms: [],
    serviceP95Ms: [],
    serviceP99Ms: [],
  };
}

function isName(name: string): name is SeriesName {
  return names.some((known) => known === name);
}
