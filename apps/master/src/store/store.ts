/**
 * Everything that has to outlive a master, in one home: PostgreSQL, an embedded file, or the memory of a test. Every
 * method of every part throws LoadstarError STORE_UNAVAILABLE when the home cannot be reached or written to.
 */
import type { ScenarioBundle } from '../scenarios/scenario-catalogue.js';
import type { QueueHoldStore } from '../queue/queue-hold.js';
import type { ScheduleStore } from '../queue/schedule-store.js';
import type { LeaseStore } from './lease-store.js';
import type { NumberStore } from './number-store.js';
import type { RunStore } from './run-store.js';

/** Scenario bundles by hash: a later master ships to newcomers what the run began with. */
export abstract class BundleStore {
  /** May be repeated. */
  abstract put(bundle: ScenarioBundle): Promise<void>;
  abstract get(hash: string): Promise<ScenarioBundle | undefined>;
  /** Forgets all but these. */
  abstract keepOnly(hashes: readonly string[]): Promise<void>;
}

/** One thing that happened, for people who ask later what went on. */
export interface StoredEvent {
  /** Wall-clock milliseconds since the epoch. */
  readonly atMs: number;
  /** The run that it is about, if any. */
  readonly runId: string | undefined;
  /** Dotted, such as `run.state` or `master.started`. */
  readonly kind: string;
  /** Plain JSON. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Which events are looked for; what is left out may be anything. */
export interface EventFilter {
  readonly runId?: string;
  readonly kind?: string;
}

export abstract class EventStore {
  abstract append(event: StoredEvent): Promise<void>;
  /** The newest that are looked for, at most as many as asked for, newest first. */
  abstract list(limit: number, wanted?: EventFilter): Promise<StoredEvent[]>;
  /** Forgets what is older. */
  abstract prune(beforeMs: number): Promise<void>;
}

export abstract class Store {
  abstract readonly runs: RunStore;
  abstract readonly numbers: NumberStore;
  abstract readonly bundles: BundleStore;
  abstract readonly events: EventStore;
  abstract readonly schedules: ScheduleStore;
  abstract readonly queueHold: QueueHoldStore;
  abstract readonly lease: LeaseStore;
  /** Whether only one process at a time can have it open. */
  abstract readonly isExclusive: boolean;
  /** Milliseconds to gather changes for before they are committed together. */
  abstract readonly gatherMs: number;

  /**
   * Makes it ready: connects, takes the lock, brings the schema up to date.
   * @throws LoadstarError STORE_LOCKED, STORE_UNAVAILABLE, STORE_NEWER
   */
  abstract open(): Promise<void>;
  abstract close(): Promise<void>;

  /** Asks the home for an answer and nothing else. @throws LoadstarError STORE_UNAVAILABLE */
  abstract ping(): Promise<void>;

  /**
   * From now on everything is written in the name of this epoch, and refused once the store has handed out a later one.
   * The refusal is LoadstarError NOT_LEADER.
   * @param superseded is called when that is found out
   */
  abstract writeAs(epoch: number, superseded: () => void): void;
}
