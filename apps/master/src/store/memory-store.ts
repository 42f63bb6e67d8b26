/** A store in memory: gone with the process. What tests use, also to play the death of a master: a second one opens it. */
import type { SeriesPoint } from '@loadstar/shared';
import type { ScenarioBundle } from '../scenarios/scenario-catalogue.js';
import { MemoryQueueHold } from '../queue/queue-hold.js';
import { MemoryScheduleStore } from '../queue/schedule-store.js';
import type { RunPatch, RunRecord } from '../runs/run-record.js';
import {
  NumberStore,
  type RunArchive,
  type RunChanges,
  type StoredBaseline,
  type StoredNumbers,
  type StoredSnapshot,
} from './number-store.js';
import { type LeaseClaim, LeaseStore, type LeaseView } from './lease-store.js';
import { RunStore, type UpdateCondition } from './run-store.js';
import { BundleStore, type EventFilter, EventStore, Store, type StoredEvent } from './store.js';

class MemoryRuns extends RunStore {
  readonly records = new Map<string, RunRecord>();
  private epoch = 0;

  constructor(private readonly forget: (runId: string) => void) {
    super();
  }

  nextEpoch(): Promise<number> {
    return Promise.resolve(++this.epoch);
  }

  insert(record: RunRecord): Promise<boolean> {
    if (this.records.has(record.id)) return Promise.resolve(false);
    this.records.set(record.id, structuredClone(record));
    return Promise.resolve(true);
  }

  get(id: string): Promise<RunRecord | undefined> {
    return Promise.resolve(structuredClone(this.records.get(id)));
  }

  list(): Promise<RunRecord[]> {
    const byAge = [...this.records.values()].sort((a, b) => a.createdAtMs - b.createdAtMs);
    return Promise.resolve(structuredClone(byAge));
  }

  update(id: string, { revision, epoch }: UpdateCondition, patch: RunPatch): Promise<RunRecord | undefined> {
    const record = this.records.get(id);
    if (!record || record.revision !== revision || record.epoch > epoch) return Promise.resolve(undefined);
    const updated = { ...record, ...structuredClone(patch), revision: revision + 1, epoch };
    this.records.set(id, updated);
    return Promise.resolve(structuredClone(updated));
  }

  remove(id: string): Promise<boolean> {
    this.forget(id);
    return Promise.resolve(this.records.delete(id));
  }
}

interface Numbers {
  readonly snapshots: Map<string, StoredSnapshot>;
  readonly points: Map<number, SeriesPoint>;
  baseline: StoredBaseline | undefined;
  judge: Uint8Array | undefined;
}

class MemoryNumbers extends NumberStore {
  private readonly byRun = new Map<string, Numbers>();
  private readonly archives = new Map<string, RunArchive>();

  constructor(private readonly epochOf: (runId: string) => number) {
    super();
  }

  commit(changes: readonly RunChanges[], epoch: number): Promise<string[]> {
    const takenOver = changes.map(({ runId }) => runId).filter((runId) => this.epochOf(runId) > epoch);
    for (const { runId, snapshots, points, baseline, judge } of changes) {
      if (takenOver.includes(runId)) continue;
      const numbers = this.of(runId);
      for (const snapshot of snapshots) {
        const known = numbers.snapshots.get(snapshot.incarnation);
        if (!known || known.seq < snapshot.seq) numbers.snapshots.set(snapshot.incarnation, structuredClone(snapshot));
      }
      for (const point of points) numbers.points.set(point.second, { ...point });
      if (baseline) numbers.baseline = structuredClone(baseline);
      if (judge) numbers.judge = judge.slice();
    }
    return Promise.resolve(takenOver);
  }

  load(runId: string): Promise<StoredNumbers> {
    const { snapshots, points, baseline, judge } = this.of(runId);
    const bySecond = [...points.values()].sort((a, b) => a.second - b.second);
    return Promise.resolve(structuredClone({ snapshots: [...snapshots.values()], points: bySecond, baseline, judge }));
  }

  async points(runId: string, fromSecond: number): Promise<SeriesPoint[]> {
    return (await this.load(runId)).points.filter(({ second }) => second >= fromSecond);
  }

  archive(runId: string, archive: RunArchive): Promise<void> {
    this.archives.set(runId, structuredClone(archive));
    return Promise.resolve();
  }

  archived(runId: string): Promise<RunArchive | undefined> {
    return Promise.resolve(structuredClone(this.archives.get(runId)));
  }

  dropSnapshots(runId: string): Promise<void> {
    const numbers = this.of(runId);
    numbers.snapshots.clear();
    numbers.baseline = undefined;
    return Promise.resolve();
  }

  sizes(): Promise<ReadonlyMap<string, number>> {
    return Promise.resolve(new Map([...this.archives].map(([runId, { stats }]) => [runId, stats.byteLength])));
  }

  forget(runId: string): void {
    this.byRun.delete(runId);
    this.archives.delete(runId);
  }

  private of(runId: string): Numbers {
    const numbers = this.byRun.get(runId) ?? {
      snapshots: new Map(),
      points: new Map(),
      baseline: undefined,
      judge: undefined,
    };
    this.byRun.set(runId, numbers);
    return numbers;
  }
}

class MemoryBundles extends BundleStore {
  private readonly byHash = new Map<string, ScenarioBundle>();

  put(bundle: ScenarioBundle): Promise<void> {
    this.byHash.set(bundle.hash, { ...bundle });
    return Promise.resolve();
  }

  get(hash: string): Promise<ScenarioBundle | undefined> {
    return Promise.resolve(this.byHash.get(hash));
  }

  keepOnly(hashes: readonly string[]): Promise<void> {
    for (const hash of this.byHash.keys()) if (!hashes.includes(hash)) this.byHash.delete(hash);
    return Promise.resolve();
  }
}

class MemoryEvents extends EventStore {
  private events: StoredEvent[] = [];

  append(event: StoredEvent): Promise<void> {
    this.events.push(structuredClone(event));
    return Promise.resolve();
  }

  list(limit: number, { runId, kind }: EventFilter = {}): Promise<StoredEvent[]> {
    const wanted = this.events.filter(
      (event) => (runId === undefined || event.runId === runId) && (kind === undefined || event.kind === kind),
    );
    return Promise.resolve(structuredClone(wanted.slice(-limit).reverse()));
  }

  prune(beforeMs: number): Promise<void> {
    this.events = this.events.filter(({ atMs }) => atMs >= beforeMs);
    return Promise.resolve();
  }
}

class MemoryLease extends LeaseStore {
  private lease: LeaseView = { epoch: 0, beat: 0, holder: undefined, url: undefined, key: undefined };

  constructor(private readonly nextEpoch: () => Promise<number>) {
    super();
  }

  read(): Promise<LeaseView> {
    return Promise.resolve(this.lease);
  }

  async take({ holder, url, key }: LeaseClaim, { epoch, beat }: LeaseView): Promise<number | undefined> {
    if (this.lease.epoch !== epoch || this.lease.beat !== beat) return undefined;
    this.lease = { epoch: -1, beat: 0, holder, url, key };
    const next = await this.nextEpoch();
    this.lease = { ...this.lease, epoch: next };
    return next;
  }

  renew(epoch: number, url: string): Promise<boolean> {
    const isOurs = this.lease.epoch === epoch;
    if (isOurs) this.lease = { ...this.lease, beat: this.lease.beat + 1, url };
    return Promise.resolve(isOurs);
  }

  release(epoch: number): Promise<void> {
    if (this.lease.epoch !== epoch) return Promise.resolve();
    this.lease = { epoch, beat: this.lease.beat + 1, holder: undefined, url: undefined, key: undefined };
    return Promise.resolve();
  }
}

export class MemoryStore extends Store {
  readonly runs = new MemoryRuns((runId) => this.numbers.forget(runId));
  readonly numbers = new MemoryNumbers((runId) => this.runs.records.get(runId)?.epoch ?? 0);
  readonly bundles = new MemoryBundles();
  readonly events = new MemoryEvents();
  readonly schedules = new MemoryScheduleStore();
  readonly queueHold = new MemoryQueueHold();
  readonly lease = new MemoryLease(() => this.runs.nextEpoch());
  readonly gatherMs = 0;
  readonly isExclusive = false;

  open(): Promise<void> {
    return Promise.resolve();
  }

  ping(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Several masters of a test share this one object, so it cannot tell them apart. */
  writeAs(): void {}
}
