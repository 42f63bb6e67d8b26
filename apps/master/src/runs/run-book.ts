/**
 * The master's copy of the run records and the only place that changes them. Every change goes through the store as one
 * conditional update, is allowed by the table of states, and is seen by readers only once it is stored.
 *
 * With one exception: while the store cannot be reached, a run that is under load goes on, and above all can be stopped,
 * and a start that comes to nothing gives its workers back. Such changes hold at once and are stored when the store is
 * back. Nobody else can have taken the run over meanwhile, because that goes through the same store; should somebody do
 * so before ours are stored, theirs win.
 */
import { type Clock, LoadstarError, type RunState } from '@loadstar/shared';
import type { RunStore } from '../store/run-store.js';
import { withEvents } from './run-chronicle.js';
import { RunIndex } from './run-index.js';
import type { RunPatch, RunRecord } from './run-record.js';
import { isEnd, isUnderLoad, mayFollow } from './run-state.js';

/** What a new run is born with; the book gives it revision and epoch. */
export type NewRun = Omit<RunRecord, 'revision' | 'epoch'>;

/** How long until a change that could not be stored is tried again, milliseconds. */
const retryMs = 1_000;

export class RunBook {
  private readonly records = new RunIndex();
  /** Writes of one run go one after the other: of two of our own, none may fail for having seen an old revision. */
  private readonly writes = new Map<string, Promise<unknown>>();
  private readonly watchers = new Set<(record: RunRecord) => void>();
  /** Changes that hold already and are not stored yet, by run. */
  private readonly unsaved = new Map<string, RunPatch>();
  private readonly takenOverListeners: ((id: string) => void)[] = [];
  private epochOfMaster = 0;
  private isClosed = false;

  constructor(
    private readonly store: RunStore,
    private readonly clock: Clock,
  ) {}

  /** Number of this master among all that ever used the store; 0 before `open`. */
  get epoch(): number {
    return this.epochOfMaster;
  }

  /** Reads what is stored. @param epoch of this master; left out, it takes one */
  async open(epoch?: number): Promise<void> {
    this.epochOfMaster = epoch ?? (await this.store.nextEpoch());
    for (const record of await this.store.list()) this.records.put(record);
  }

  close(): void {
    this.isClosed = true;
  }

  /** Calls back when another master turns out to lead a run. */
  onTakenOver(listener: (id: string) => void): void {
    this.takenOverListeners.push(listener);
  }

  /** All of them, oldest first: the whole history, so not for what is asked often. */
  list(): RunRecord[] {
    return [...this.records.all()];
  }

  /** A part of them, newest first. @param before id of a run: those older than it. @throws LoadstarError NOT_FOUND */
  page(limit: number, before?: string): RunRecord[] {
    const page = this.records.page(limit, before);
    if (!page) throw new LoadstarError('NOT_FOUND', { what: 'run', id: before ?? '' });
    return page;
  }

  /** The same without a copy; for a walk in one go. */
  all(): Iterable<RunRecord> {
    return this.records.all();
  }

  /** Runs that wait for their turn, oldest first. */
  queued(): RunRecord[] {
    return this.records.queued();
  }

  /** Runs that have workers or are about to, oldest first. */
  active(): RunRecord[] {
    return this.records.active();
  }

  /** The newest active run, or else the latest that is over and did not just leave the queue. */
  latest(): RunRecord | undefined {
    return this.records.latest();
  }

  find(id: string): RunRecord | undefined {
    return this.records.get(id);
  }

  /** @throws LoadstarError NOT_FOUND */
  get(id: string): RunRecord {
    const record = this.records.get(id);
    if (!record) throw new LoadstarError('NOT_FOUND', { what: 'run', id });
    return record;
  }

  async add(run: NewRun): Promise<RunRecord> {
    const record: RunRecord = { ...run, revision: 0, epoch: this.epochOfMaster };
    if (!(await this.store.insert(record))) throw new Error(`run ${run.id} exists already`);
    this.keep(record);
    return record;
  }

  /**
   * Moves a run to another state if the table allows it from where the run is by then.
   * @returns the record, or undefined when the run had moved on and this step has no place any more
   * @throws LoadstarError RUN_TAKEN_OVER when another master leads the run
   */
  move(id: string, to: RunState, patch: RunPatch = {}): Promise<RunRecord | undefined> {
    return this.change(id, (record) => (mayFollow(record.state, to) ? { ...patch, state: to } : undefined));
  }

  /**
   * Ends a run of which the start was called off, from wherever that start had come to. Holds at once, also of one that
   * still waits for its turn and also while the store cannot be reached: it must not begin when the store is back.
   * @returns as `move`
   * @throws LoadstarError RUN_TAKEN_OVER when another master leads the run
   */
  abort(id: string, patch: RunPatch): Promise<RunRecord | undefined> {
    const decide = ({ state }: RunRecord): RunPatch | undefined =>
      mayFollow(state, 'aborted') ? { ...patch, state: 'aborted' } : undefined;
    return this.inTurn(id, () => this.write(id, decide, () => true));
  }

  /**
   * Changes a record.
   * @param decide is given the newest record; undefined leaves it as it is
   * @throws LoadstarError RUN_TAKEN_OVER when another master leads the run
   */
  change(id: string, decide: (record: RunRecord) => RunPatch | undefined): Promise<RunRecord | undefined> {
    return this.inTurn(id, () => this.write(id, decide, holdsAtOnce));
  }

  private inTurn<T>(id: string, work: () => Promise<T>): Promise<T> {
    const write = (this.writes.get(id) ?? Promise.resolve()).then(work);
    const settled = write.catch(() => undefined);
    this.writes.set(id, settled);
    void settled.then(() => {
      if (this.writes.get(id) === settled) this.writes.delete(id);
    });
    return write;
  }

  /** Calls back with every record that was added or changed. @returns ends that */
  watch(watcher: (record: RunRecord) => void): () => void {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  }

  /** Resolves when a condition holds of a run, at once when it does. @throws LoadstarError NOT_FOUND */
  until(id: string, holds: (record: RunRecord) => boolean): Promise<void> {
    if (holds(this.get(id))) return Promise.resolve();
    return new Promise((resolve) => {
      const end = this.watch((record) => {
        if (record.id !== id || !holds(record)) return;
        end();
        resolve();
      });
    });
  }

  /** @throws LoadstarError NOT_FOUND, RUN_ACTIVE */
  async remove(id: string): Promise<void> {
    const { state } = this.get(id);
    if (!isEnd(state)) throw new LoadstarError('RUN_ACTIVE', { runId: id, state });
    await this.store.remove(id);
    this.records.remove(id);
  }

  /** @param holds whether a change of a record holds although it cannot be stored yet */
  private async write(
    id: string,
    decide: (record: RunRecord) => RunPatch | undefined,
    holds: typeof holdsAtOnce,
  ): Promise<RunRecord | undefined> {
    const record = this.records.get(id);
    const asked = record && decide(record);
    if (!record || !asked) return undefined;
    const wanted = withEvents(record, asked, this.clock.wallMs());
    const patch: RunPatch = { ...this.unsaved.get(id), ...wanted };
    let updated: RunRecord;
    try {
      updated = await this.save(record, patch);
      this.unsaved.delete(id);
    } catch (error) {
      const isHeld = holds(record, asked) || this.unsaved.has(id);
      if (!isUnavailable(error) || !isHeld) throw error;
      this.unsaved.set(id, patch);
      this.saveLater(id);
      updated = { ...record, ...wanted };
    }
    this.keep(updated);
    return updated;
  }

  /** @throws LoadstarError RUN_TAKEN_OVER, STORE_UNAVAILABLE */
  private async save({ id, revision }: RunRecord, patch: RunPatch): Promise<RunRecord> {
    const epoch = this.epochOfMaster;
    const updated = await this.store.update(id, { revision, epoch }, patch);
    if (updated) return updated;
    const stored = await this.store.get(id);
    // An update of our own came through although its answer was lost: nobody else writes with this epoch.
    const again =
      stored?.epoch === epoch ? await this.store.update(id, { revision: stored.revision, epoch }, patch) : undefined;
    if (again) return again;
    this.unsaved.delete(id);
    if (stored) this.keep(stored);
    for (const listener of this.takenOverListeners) listener(id);
    throw new LoadstarError('RUN_TAKEN_OVER', { runId: id });
  }

  private saveLater(id: string): void {
    const save = (): void => {
      if (this.isClosed || !this.unsaved.has(id)) return;
      // Whoever took the run over was told about by then.
      this.change(id, () => ({})).catch(() => {});
    };
    this.clock.setTimeout(save, retryMs).unref();
  }

  private keep(record: RunRecord): void {
    this.records.put(record);
    for (const watcher of this.watchers) watcher(record);
  }
}

/** A run that is being prepared has workers: to have them back must not wait for the store. */
function holdsAtOnce({ state }: RunRecord, { state: to }: RunPatch): boolean {
  return isUnderLoad(state) || (state === 'preparing' && to !== undefined && isEnd(to));
}

function isUnavailable(error: unknown): boolean {
  return error instanceof LoadstarError && error.code === 'STORE_UNAVAILABLE';
}
