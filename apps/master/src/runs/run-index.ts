/**
 * The run records in memory, with what is asked of them many times a second found without going through the history:
 * the runs that wait, those that have workers, and the latest.
 */
import type { RunRecord } from './run-record.js';
import { isActive, isEnd } from './run-state.js';

export class RunIndex {
  private readonly records = new Map<string, RunRecord>();
  /** Ids, oldest first. */
  private readonly order: string[] = [];
  /** Place in the order of age by id; rising, with holes where runs were forgotten. */
  private readonly places = new Map<string, number>();
  private nextPlace = 0;
  private readonly queuedById = new Map<string, RunRecord>();
  private readonly activeById = new Map<string, RunRecord>();
  private latestOverId: string | undefined;

  get(id: string): RunRecord | undefined {
    return this.records.get(id);
  }

  /** Adds a run, as the newest, or replaces its record. */
  put(record: RunRecord): void {
    const { id, state } = record;
    if (!this.records.has(id)) {
      this.order.push(id);
      this.places.set(id, this.nextPlace++);
    }
    this.records.set(id, record);
    keepIf(state === 'queued', this.queuedById, record);
    keepIf(isActive(state), this.activeById, record);
    if (this.latestOverId === id && !isOverAfterBeginning(record)) this.latestOverId = this.findLatestOver();
    else if (isOverAfterBeginning(record) && this.placeOf(id) > this.placeOf(this.latestOverId)) {
      this.latestOverId = id;
    }
  }

  remove(id: string): void {
    if (!this.records.delete(id)) return;
    this.order.splice(this.order.lastIndexOf(id), 1);
    this.places.delete(id);
    this.queuedById.delete(id);
    this.activeById.delete(id);
    if (this.latestOverId === id) this.latestOverId = this.findLatestOver();
  }

  /** Oldest first; nothing is copied. */
  all(): Iterable<RunRecord> {
    return this.records.values();
  }

  /**
   * Newest first.
   * @param before id of a run: those older than it; left out, the newest of all
   * @returns undefined when there is no run of this id
   */
  page(limit: number, before?: string): RunRecord[] | undefined {
    const end = before === undefined ? this.order.length : this.order.lastIndexOf(before);
    if (end < 0) return undefined;
    const ids = this.order.slice(Math.max(0, end - limit), end).reverse();
    return ids.flatMap((id) => this.records.get(id) ?? []);
  }

  /** Runs that wait for their turn, oldest first. */
  queued(): RunRecord[] {
    return this.byAge(this.queuedById);
  }

  /** Runs that have workers or are about to, oldest first. */
  active(): RunRecord[] {
    return this.byAge(this.activeById);
  }

  /** The newest active run, or else the latest that is over; one that left the queue without having begun is nobody's latest. */
  latest(): RunRecord | undefined {
    const over = this.latestOverId;
    return this.active().at(-1) ?? (over === undefined ? undefined : this.records.get(over));
  }

  private byAge(some: ReadonlyMap<string, RunRecord>): RunRecord[] {
    return [...some.values()].toSorted((a, b) => this.placeOf(a.id) - this.placeOf(b.id));
  }

  private placeOf(id: string | undefined): number {
    return (id === undefined ? undefined : this.places.get(id)) ?? -1;
  }

  private findLatestOver(): string | undefined {
    return this.order.findLast((id) => {
      const record = this.records.get(id);
      return record !== undefined && isOverAfterBeginning(record);
    });
  }
}

function isOverAfterBeginning({ state, startedAtMs, queue }: RunRecord): boolean {
  return isEnd(state) && (startedAtMs !== undefined || queue === undefined);
}

function keepIf(belongs: boolean, some: Map<string, RunRecord>, record: RunRecord): void {
  if (belongs) some.set(record.id, record);
  else some.delete(record.id);
}
