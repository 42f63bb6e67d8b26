// The per-second points of one run in the column form that the charts draw. A second that nobody reported on by itself
// stays null in every column: it is drawn as a gap, never as zero and never joined over. Seconds that still grow wait aside until
// they are settled, because half a second's count would be drawn as a dip.
import type { ChartSource, Column } from '../charts/chart-source.js';
import type { SeriesPoint } from '@loadstar/shared';

export interface SeriesColumns {
  /** Whole seconds since the start of the run, without holes. */
  seconds: number[];
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

/** Twelve hours of seconds; older ones leave a tenth at a time, so that a page left open for days stays flat. */
const defaultCapacity = 43_200;

export class SeriesStore implements ChartSource {
  readonly columns: SeriesColumns = emptyColumns();
  /** Requests by response time, second by second, where the master tells it. */
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
    return this.columns.seconds.at(-1);
  }

  column(name: string): Column {
    return isName(name) ? this.columns[name] : [];
  }

  /** Whether any second has a value in this column. */
  has(name: SeriesName): boolean {
    return this.present.has(name);
  }

  clear(): void {
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

  /** @returns whether the second was there and has more requests now */
  private put(point: SeriesPoint): boolean {
    const second = Math.floor(point.second);
    const { seconds } = this.columns;
    const first = seconds[0];
    if (first === undefined) this.openUpTo(second, second);
    else if (second < first)
      return false; // older than what is kept: the window has moved on
    else this.openUpTo((seconds.at(-1) ?? first) + 1, second);
    const index = second - (seconds[0] ?? second);
    const shown = this.columns.requests[index] ?? null;
    for (const name of names) {
      const value = point.gap ? null : (point[name] ?? null);
      this.columns[name][index] = value;
      if (value !== null) this.present.add(name);
    }
    this.latency[index] = (point.gap ? null : point.latency) ?? null;
    return shown !== null && point.requests > shown;
  }

  private openUpTo(from: number, to: number): void {
    // A point far ahead (a clock gone wrong) must not make millions of empty seconds.
    if (to - from > this.capacity) {
      this.clear();
      from = to;
    }
    for (let second = from; second <= to; second += 1) {
      this.columns.seconds.push(second);
      for (const name of names) this.columns[name].push(null);
      this.latency.push(null);
    }
  }

  private trim(): void {
    if (this.length <= this.capacity) return;
    const surplus = this.length - Math.floor(this.capacity * 0.9);
    this.columns.seconds.splice(0, surplus);
    for (const name of names) this.columns[name].splice(0, surplus);
    this.latency.splice(0, surplus);
  }
}

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
