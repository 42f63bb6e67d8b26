/**
 * The numbers of runs in memory: of those that are driven here, and of those that have ended and were asked for. The
 * rest is in the store and is brought in by `load`.
 */
import type { RunView, ScenarioLoad } from '@loadstar/shared';
import type { NumbersJournal } from '../ingest/numbers-journal.js';
import type { RunBook } from './run-book.js';
import { EndedAccount, type RunAccount } from './run-account.js';
import type { RunArchivist } from './run-archivist.js';
import type { RunDriver } from './run-driver.js';
import { type RunRecord, toRunView } from './run-record.js';
import { isActive, isEnd } from './run-state.js';
import type { Store } from '../store/store.js';

/** Runs that have ended whose numbers stay in memory. */
const endedKept = 20;

export class RunAccounts {
  private readonly drivers = new Map<string, RunDriver>();
  /** Those that have no driver, the one that was asked for last at the end. */
  private readonly ended = new Map<string, EndedAccount>();
  private readonly loading = new Map<string, Promise<EndedAccount | undefined>>();

  constructor(
    private readonly book: RunBook,
    private readonly store: Store,
    private readonly archivist: RunArchivist,
    private readonly journal: NumbersJournal,
  ) {}

  add(driver: RunDriver): void {
    this.drivers.set(driver.runId, driver);
    const old = [...this.drivers.values()].filter((each) => isEnd(each.record.state));
    for (const { runId } of old.slice(0, Math.max(0, old.length - endedKept))) {
      if (this.archivist.isDone(runId)) this.remove(runId);
    }
  }

  remove(runId: string): void {
    this.drivers.delete(runId);
    this.ended.delete(runId);
    // Until then it knows what of the run is durable, so that what is told again is confirmed and not stored again.
    this.journal.forget(runId);
  }

  driver(runId: string): RunDriver | undefined {
    return this.drivers.get(runId);
  }

  allDrivers(): RunDriver[] {
    return [...this.drivers.values()];
  }

  /** Of runs that have not ended, oldest first. */
  activeDrivers(): RunDriver[] {
    return this.allDrivers().filter(({ record }) => isActive(record.state));
  }

  /** undefined when its numbers are not in memory. */
  find(runId: string): RunAccount | undefined {
    return this.drivers.get(runId) ?? this.ended.get(runId);
  }

  /** A run for a list: with the totals so far while it goes on. */
  viewOf(record: RunRecord): RunView {
    const view = toRunView(record);
    const driver = isEnd(record.state) ? undefined : this.drivers.get(record.id);
    return driver && record.startedAtMs !== undefined ? { ...view, totals: driver.numbers.totals } : view;
  }

  viewsOf(records: readonly RunRecord[]): RunView[] {
    return records.map((record) => this.viewOf(record));
  }

  /** A run with its thresholds, and its search for the capacity: as they stand, or as they stood at the end. */
  wholeViewOf(record: RunRecord): RunView {
    const judge = this.drivers.get(record.id)?.numbers.judge;
    const { thresholds = judge?.thresholds, capacity = judge?.capacity?.view() } = record;
    return {
      ...this.viewOf(record),
      ...(thresholds && { thresholds: [...thresholds] }),
      ...(capacity && { capacity }),
      ...(record.plan.load.kind === 'scenarios' && { plan: asWritten(record.plan.load.scenarios) }),
    };
  }

  /**
   * Brings the numbers of a run that has ended into memory.
   * @returns undefined when there is no such run, or it has not ended
   * @throws LoadstarError STORE_UNAVAILABLE
   */
  async load(runId: string): Promise<RunAccount | undefined> {
    const record = this.book.find(runId);
    const known = this.find(runId);
    if (known || !record || !isEnd(record.state)) return known;
    return this.loadEnded(runId);
  }

  /** The same, of a run that has no driver here. */
  async loadEnded(runId: string): Promise<EndedAccount | undefined> {
    const known = this.ended.get(runId);
    const account = known ?? (await this.loadOnce(runId));
    if (!account || !this.book.find(runId)) return undefined;
    this.ended.delete(runId);
    this.ended.set(runId, account);
    for (const oldest of this.ended.keys()) {
      if (this.ended.size <= endedKept) break;
      if (this.archivist.isDone(oldest)) this.remove(oldest);
    }
    return account;
  }

  private loadOnce(runId: string): Promise<EndedAccount | undefined> {
    const loading =
      this.loading.get(runId) ??
      EndedAccount.load(this.store, this.book, runId).finally(() => this.loading.delete(runId));
    this.loading.set(runId, loading);
    return loading;
  }
}

/** Scenarios as a start takes them: by name. */
function asWritten(scenarios: readonly ScenarioLoad[]): Record<string, unknown> {
  return Object.fromEntries(scenarios.map(({ name, ...load }) => [name, load]));
}
