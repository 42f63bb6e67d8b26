/** What can be told of a run, whether it goes on or was over long ago: the same numbers by the same ways. */
import { type Clock, loadstarVersion, type ScenarioDescription, type StatsView } from '@loadstar/shared';
import {
  type Comparison,
  RunJudge,
  type RunSummary,
  type SnapshotHeader,
  type StatsBytes,
  summarise,
} from '@loadstar/stats';
import { RunNumbers } from '../ingest/run-numbers.js';
import type { RunArchive, StoredSnapshot } from '../store/number-store.js';
import type { Store } from '../store/store.js';
import type { RunBook } from './run-book.js';
import { judgeFor } from './run-facts.js';
import { loadInForce, type RunRecord, toRunEvents, toRunView } from './run-record.js';
import { isEnd } from './run-state.js';

export interface RunAccount {
  readonly record: RunRecord;
  readonly numbers: RunNumbers;
  readonly description: ScenarioDescription;
  /** Milliseconds of run time that have passed; stands still after the end. */
  readonly elapsedMs: number;
  /** Incarnations that are known not to have users any more, whatever they said last. */
  readonly gone: ReadonlySet<string>;
  /** What was stored at the end; undefined while that has not been done, or does not hold any more. */
  readonly stored?: RunSummary | undefined;
  /** With the run's baseline; undefined before the end and without one. */
  comparison?: Comparison | undefined;
  /** Counts from now on. */
  reset(): void;
}

export const nothingDeclared: ScenarioDescription = { userClasses: [], shapes: [], host: undefined, thresholds: {} };

export function statsOf({ record, numbers, elapsedMs, gone }: RunAccount): StatsView {
  const { id, state } = record;
  const { users } = loadInForce(record);
  const target = isEnd(state) || state === 'stopping' ? 0 : users;
  return numbers.view({ runId: id, state, elapsedSeconds: elapsedMs / 1000 }, gone, target);
}

/** The summary of a run, the same while it goes on, at its end and ever after. */
export function summaryOf(account: RunAccount, clock: Clock): RunSummary {
  const { numbers, record, elapsedMs, stored, comparison } = account;
  const events = toRunEvents(record);
  // The record knows of events after the numbers were stored, its end among them.
  if (stored) return events.length > 0 ? { ...stored, events } : stored;
  const { judge } = numbers;
  const isOver = isEnd(record.state);
  const view = toRunView(record);
  const { countedFromMs } = numbers.ledger;
  const summary = summarise(
    numbers.stats,
    {
      runId: view.id,
      scenario: view.scenario,
      host: view.host,
      seed: view.seed,
      startedAt: view.startedAt ?? view.createdAt,
      endedAt: view.endedAt ?? new Date(clock.wallMs()).toISOString(),
      elapsedSeconds: Math.max(0, elapsedMs - countedFromMs) / 1000,
      countedFromMs,
      users: numbers.series.peakUsers,
      targetUsers: view.users,
      spawnRate: view.spawnRate,
      shape: view.shape,
      userClasses: view.userClasses,
      workers: record.workers.length,
      engines: record.workers.reduce((sum, { engines }) => sum + engines, 0),
      loadstarVersion,
      nodeVersion: process.version,
      verdict: view.verdict,
      verdictReasons: view.verdictReasons,
      unreportedAtMost: view.unreportedAtMost,
      environment: {},
    },
    {
      // While the run goes on, seconds must stay open for those who report late.
      thresholdResults: isOver ? judge.conclude(elapsedMs) : judge.results,
      slices: isOver ? judge.sliced() : undefined,
      capacity: judge.capacity?.view(),
      headers: numbers.ledger.headers(),
      events,
    },
  );
  return { ...summary, ...(comparison && { comparison }) };
}

/** Of a run that is over: a threshold that this version cannot read is not judged again. */
function judgeOnceMore(record: RunRecord): RunJudge {
  try {
    return judgeFor(record.description ?? nothingDeclared, record.plan, undefined);
  } catch {
    return new RunJudge({});
  }
}

/** A run that was over before this master began, or so long ago that its driver was let go. */
export class EndedAccount implements RunAccount {
  readonly gone: ReadonlySet<string> = new Set();
  private isStale = false;

  private constructor(
    private readonly book: RunBook,
    private readonly runId: string,
    readonly numbers: RunNumbers,
    private readonly archive: RunArchive | undefined,
  ) {}

  /** @throws LoadstarError STORE_UNAVAILABLE */
  static async load(store: Store, book: RunBook, runId: string): Promise<EndedAccount> {
    const archive = await store.numbers.archived(runId);
    const stored = await store.numbers.load(runId);
    const numbers = new RunNumbers(runId, judgeOnceMore(book.get(runId)));
    // What was kept by incarnation is more than their sum.
    if (stored.snapshots.length > 0 || !archive) numbers.restore(stored);
    else numbers.restore({ ...stored, snapshots: [asSnapshot(runId, archive)], baseline: undefined });
    return new EndedAccount(book, runId, numbers, archive);
  }

  get record(): RunRecord {
    return this.book.get(this.runId);
  }

  get description(): ScenarioDescription {
    return this.record.description ?? nothingDeclared;
  }

  get elapsedMs(): number {
    return this.archive?.elapsedMs ?? Math.max(0, ...this.numbers.ledger.headers().map(({ elapsedMs }) => elapsedMs));
  }

  get stored(): RunSummary | undefined {
    return this.isStale ? undefined : this.archive?.summary;
  }

  /** Whether the last word of an incarnation is in these numbers: in their sum, or by itself. */
  hasAllOf(incarnation: string): boolean {
    const own = this.numbers.ledger.headers().find((header) => header.incarnation === incarnation);
    return own === undefined ? this.archive !== undefined : own.final;
  }

  /** Last numbers of a worker that was lost, or that the master before this one could not store, have come after all. */
  take(header: SnapshotHeader, stats: StatsBytes): void {
    if (this.numbers.take(header, stats) === 'accepted') this.isStale = true;
  }

  /** Counts from the end on, which leaves nothing. */
  reset(): void {
    this.numbers.reset(this.elapsedMs);
    this.isStale = true;
  }
}

/** The sum of a run as if one sender had made it. */
function asSnapshot(runId: string, { stats }: RunArchive): StoredSnapshot {
  return { runId, incarnation: '', seq: 1, bytes: stats };
}
