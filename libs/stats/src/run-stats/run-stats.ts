/**
 * All numbers of a run, or of a part of it, as one value: cumulative, mergeable in any order, bounded in size. An engine
 * records into one, a worker merges its engines', the master merges workers'; everything shown is derived from it.
 */
import { Histogram } from '../histogram/histogram.js';
import {
  BoundedGroups,
  checkLimit,
  type CheckGroup,
  type ErrorGroup,
  errorGroupLimit,
  type ExceptionGroup,
  exceptionGroupLimit,
  keyOf,
  otherChecks,
  otherErrors,
  otherExceptions,
  otherTasks,
  see,
  type TaskGroup,
  taskLimit,
  workersPerException,
} from './groups.js';
import { idOfSeries, Series, type SeriesKey } from './series.js';
import { boundedText, tracebackLimit } from './text.js';

export const seriesLimit = 2_000;
export const otherNames = '(other names)';

/** Counts of task executions. `started` = `finished` + `failed` + `interrupted` + those under way. */
export interface IterationCounts {
  started: number;
  finished: number;
  /** Ended by a throw. */
  failed: number;
  /** Cut short by the end of the run. */
  interrupted: number;
}

export interface ConnectionCounts {
  opened: number;
  /** Requests sent again because the server had closed their idle connection. */
  reusedAfterStaleClose: number;
  failed: number;
}

export class RunStats {
  readonly iterations: IterationCounts = { started: 0, finished: 0, failed: 0, interrupted: 0 };
  readonly connections: ConnectionCounts = { opened: 0, reusedAfterStaleClose: 0, failed: 0 };
  /** Arrivals of an open load that no user was free for. */
  droppedArrivals = 0;
  /** Dial to usable connection (DNS, TCP, TLS). */
  connect = new Histogram();
  /** How late users were woken or arrivals begun. */
  lag = new Histogram();

  private readonly seriesByKey = new BoundedGroups<Series>(
    seriesLimit,
    keyOf('', '', otherNames),
    () => new Series({ userClass: '', method: '', name: otherNames }),
  );
  private readonly errorGroups = new BoundedGroups<ErrorGroup>(errorGroupLimit, keyOf('', '', otherErrors), () =>
    newError('', '', otherErrors),
  );
  private readonly exceptionGroups = new BoundedGroups<ExceptionGroup>(
    exceptionGroupLimit,
    keyOf(otherExceptions, ''),
    () => newException(otherExceptions, ''),
  );
  private readonly checkGroups = new BoundedGroups<CheckGroup>(checkLimit, otherChecks, () => newCheck(otherChecks));

  private readonly taskGroups = new BoundedGroups<TaskGroup>(taskLimit, keyOf('', otherTasks), () =>
    newTask('', otherTasks),
  );

  /** The series of a key; creates it. After 2,000 of them new names share one, so hold on to what you get. */
  series(key: SeriesKey): Series {
    const userClass = boundedText(key.userClass);
    const method = boundedText(key.method);
    const name = boundedText(key.name);
    const bounded = { userClass, method, name };
    const id = idOfSeries(bounded);
    return this.seriesByKey.take(id, () => new Series(bounded, id));
  }

  /** Adds a series of a value like this one, whose key is bounded already. */
  addSeries(series: Series): void {
    this.seriesByKey.take(series.id, () => new Series(series.key, series.id)).merge(series);
  }

  /** The same with a series that is nobody else's from now on. */
  adoptSeries(series: Series): void {
    const into = this.seriesByKey.take(series.id, () => series);
    if (into !== series) into.merge(series);
  }

  allSeries(): Iterable<Series> {
    return this.seriesByKey.values();
  }

  /** Attempts begun and not ended. */
  get inFlight(): number {
    let sum = 0;
    for (const series of this.seriesByKey.values()) sum += series.inFlight;
    return sum;
  }

  get errors(): Iterable<ErrorGroup> {
    return this.errorGroups.values();
  }

  get exceptions(): Iterable<ExceptionGroup> {
    return this.exceptionGroups.values();
  }

  get checks(): Iterable<CheckGroup> {
    return this.checkGroups.values();
  }

  get tasks(): Iterable<TaskGroup> {
    return this.taskGroups.values();
  }

  /** The count of a task; creates it. After 1,000 of them new ones share one, so hold on to what you get. */
  task(userClass: string, path: string): TaskGroup {
    const [of, task] = [boundedText(userClass), boundedText(path)];
    return this.taskGroups.take(keyOf(of, task), () => newTask(of, task));
  }

  /** Counts a failure under its text (kept: 300 characters), beside the outcome in its series. */
  error(method: string, name: string, text: string, wallMs: number): void {
    see(this.errorGroup(method, name, text), 1, wallMs, wallMs);
  }

  /** Counts a throw of scenario code (kept: 300 characters of the message, 4,096 of the traceback). */
  exception(message: string, traceback: string, wallMs: number): void {
    see(this.exceptionGroup(message, traceback), 1, wallMs, wallMs);
  }

  check(name: string, passed: boolean): void {
    const group = this.checkGroups.find(name) ?? this.checkGroup(name);
    if (passed) group.passes++;
    else group.failures++;
  }

  /** Notes that a worker saw every exception of this value. */
  seenBy(worker: string): this {
    for (const group of this.exceptionGroups.values()) group.workers.add(worker);
    return this;
  }

  /** Adds everything the other one holds; up to the bounds on names and groups, the order makes no difference. */
  merge(other: RunStats): this {
    for (const series of other.seriesByKey.values()) this.addSeries(series);
    for (const group of other.errorGroups.values()) this.addErrors(group, group.count);
    for (const group of other.exceptionGroups.values()) this.addExceptions(group, group.count);
    for (const group of other.checkGroups.values()) this.addChecks(group.name, group.passes, group.failures);
    for (const group of other.taskGroups.values()) this.addTask(group.userClass, group.path, group.started);
    addCounts(this.iterations, other.iterations);
    addCounts(this.connections, other.connections);
    this.droppedArrivals += other.droppedArrivals;
    this.connect.merge(other.connect);
    this.lag.merge(other.lag);
    return this;
  }

  /**
   * What happened since an earlier state of the same value; holds only what changed. Merging the differences of
   * successive states gives back the last state exactly.
   *
   * @param earlier a state that `covers` accepts
   */
  since(earlier: RunStats): RunStats {
    const difference = new RunStats();
    for (const [key, series] of this.seriesByKey.entries()) {
      const before = earlier.seriesByKey.find(key);
      const change = before === undefined ? series : series.since(before);
      if (change !== undefined) difference.addSeries(change);
    }
    for (const [key, group] of this.errorGroups.entries()) {
      difference.addErrors(group, group.count - (earlier.errorGroups.find(key)?.count ?? 0));
    }
    for (const [key, group] of this.exceptionGroups.entries()) {
      difference.addExceptions(group, group.count - (earlier.exceptionGroups.find(key)?.count ?? 0));
    }
    for (const [key, { name, passes, failures }] of this.checkGroups.entries()) {
      const before = earlier.checkGroups.find(key);
      difference.addChecks(name, passes - (before?.passes ?? 0), failures - (before?.failures ?? 0));
    }
    for (const [key, { userClass, path, started }] of this.taskGroups.entries()) {
      difference.addTask(userClass, path, started - (earlier.taskGroups.find(key)?.started ?? 0));
    }
    addCounts(difference.iterations, this.iterations, earlier.iterations);
    addCounts(difference.connections, this.connections, earlier.connections);
    difference.droppedArrivals = this.droppedArrivals - earlier.droppedArrivals;
    difference.connect = this.connect.subtract(earlier.connect);
    difference.lag = this.lag.subtract(earlier.lag);
    return difference;
  }

  /** Whether this can be a later state of `earlier`: nothing is missing and no number is smaller. */
  covers(earlier: RunStats): boolean {
    return (
      every(earlier.seriesByKey, (key, before) => this.seriesByKey.find(key)?.covers(before) ?? false) &&
      every(earlier.errorGroups, (key, before) => (this.errorGroups.find(key)?.count ?? 0) >= before.count) &&
      every(earlier.exceptionGroups, (key, before) => (this.exceptionGroups.find(key)?.count ?? 0) >= before.count) &&
      every(earlier.checkGroups, (key, before) => {
        const now = this.checkGroups.find(key);
        return now !== undefined && now.passes >= before.passes && now.failures >= before.failures;
      }) &&
      every(earlier.taskGroups, (key, before) => (this.taskGroups.find(key)?.started ?? 0) >= before.started) &&
      coversCounts(this.iterations, earlier.iterations) &&
      coversCounts(this.connections, earlier.connections) &&
      this.droppedArrivals >= earlier.droppedArrivals &&
      this.connect.covers(earlier.connect) &&
      this.lag.covers(earlier.lag)
    );
  }

  clone(): RunStats {
    return new RunStats().merge(this);
  }

  /** Adds sightings of an error, as merging and decoding do. */
  addErrors(group: Readonly<Omit<ErrorGroup, 'count'>>, count: number): void {
    if (count <= 0) return;
    see(this.errorGroup(group.method, group.name, group.text), count, group.firstSeenMs, group.lastSeenMs);
  }

  addExceptions(group: Readonly<Omit<ExceptionGroup, 'count'>>, count: number): void {
    if (count <= 0) return;
    const into = this.exceptionGroup(group.message, group.traceback);
    see(into, count, group.firstSeenMs, group.lastSeenMs);
    for (const worker of group.workers) {
      if (into.workers.size < workersPerException) into.workers.add(worker);
    }
  }

  addChecks(name: string, passes: number, failures: number): void {
    if (passes <= 0 && failures <= 0) return;
    const into = this.checkGroup(name);
    into.passes += passes;
    into.failures += failures;
  }

  addTask(userClass: string, path: string, started: number): void {
    if (started > 0) this.task(userClass, path).started += started;
  }

  private errorGroup(method: string, name: string, text: string): ErrorGroup {
    const [m, n, t] = [boundedText(method), boundedText(name), boundedText(text)];
    return this.errorGroups.take(keyOf(m, n, t), () => newError(m, n, t));
  }

  private exceptionGroup(message: string, traceback: string): ExceptionGroup {
    const [m, t] = [boundedText(message), boundedText(traceback, tracebackLimit)];
    return this.exceptionGroups.take(keyOf(m, t), () => newException(m, t));
  }

  private checkGroup(name: string): CheckGroup {
    const bounded = boundedText(name);
    return this.checkGroups.take(bounded, () => newCheck(bounded));
  }
}

function newError(method: string, name: string, text: string): ErrorGroup {
  return { method, name, text, count: 0, firstSeenMs: 0, lastSeenMs: 0 };
}

function newException(message: string, traceback: string): ExceptionGroup {
  return { message, traceback, count: 0, firstSeenMs: 0, lastSeenMs: 0, workers: new Set() };
}

function newCheck(name: string): CheckGroup {
  return { name, passes: 0, failures: 0 };
}

function newTask(userClass: string, path: string): TaskGroup {
  return { userClass, path, started: 0 };
}

/** Adds `plus` to each count, less what `minus` holds. */
function addCounts<Counts extends { [Name in keyof Counts]: number }>(
  into: Counts,
  plus: Counts,
  minus?: Counts,
): void {
  for (const name of Object.keys(into) as (keyof Counts)[]) {
    const sum: number = into[name] + plus[name] - (minus === undefined ? 0 : minus[name]);
    into[name] = sum as Counts[keyof Counts];
  }
}

function coversCounts<Counts extends { [Name in keyof Counts]: number }>(now: Counts, before: Counts): boolean {
  return (Object.keys(before) as (keyof Counts)[]).every((name) => now[name] >= before[name]);
}

function every<Group>(groups: BoundedGroups<Group>, holds: (key: string, group: Group) => boolean): boolean {
  for (const [key, group] of groups.entries()) if (!holds(key, group)) return false;
  return true;
}
