/**
 * A run as a record: all that has to outlive a master to see the run through. Plain data; the numbers of the run live
 * in its ledger.
 */
import {
  type CapacityView,
  type CreateRunBody,
  describeScenarioLoad,
  type LoadChange,
  type RunEvent,
  type RunEventKind,
  type RunPlan,
  type RunScenarioView,
  type RunState,
  type RunTotals,
  type RunView,
  type ScenarioChange,
  type ScenarioDescription,
  type ThresholdView,
  type UsersLoad,
  type Verdict,
} from '@loadstar/shared';

/** What happens to the load of a worker that is lost: given to the others, left out, or the run ends. */
export type LossPolicy = 'rebalance' | 'continue' | 'abort';

/** Where a run may run. Plain data, because it holds for newcomers too, also those that a later master lets in. */
export interface RunPlacement {
  /** Labels that a worker must carry, each with this value. */
  readonly labels: Readonly<Record<string, string>>;
  /** Most workers that it takes; undefined takes all that are free. */
  readonly workers: number | undefined;
}

export const anywhere: RunPlacement = { labels: {}, workers: undefined };

/** A worker that was told to start its part of the run. */
export interface RunWorker {
  readonly id: string;
  readonly name: string;
  readonly incarnation: string;
  readonly engines: number;
}

/** What the scenario's run-once `setup` gave, and which worker will run its `teardown`. */
export interface RunSetup {
  readonly workerId: string;
  /** A JSON value or undefined. */
  readonly data?: unknown;
}

/** Something that happened to the run, for its charts and for those who ask later. */
export interface RecordedEvent {
  /** Wall-clock milliseconds since the epoch. */
  readonly atMs: number;
  readonly kind: RunEventKind;
  readonly text: string;
}

export interface RunRecord {
  readonly id: string;
  /** Grows by one with every update; an update names the one it has seen. */
  readonly revision: number;
  /** Epoch of the master that wrote last; a master of an earlier epoch is refused. */
  readonly epoch: number;
  readonly state: RunState;
  /** What was asked for. */
  readonly request: CreateRunBody;
  readonly placement: RunPlacement;
  /** Facts of the queue that the run waited in, which only the queue reads; undefined when it was started at once. */
  readonly queue: Readonly<Record<string, unknown>> | undefined;
  /** What the scenario declares; undefined while queued, when no worker has looked at it yet. */
  readonly description: ScenarioDescription | undefined;
  /** As it went out with `prepare`, provisional while queued; later changes of the load are in `changes`. */
  readonly plan: RunPlan;
  readonly changes: readonly LoadChange[];
  readonly lossPolicy: LossPolicy;
  /** Everybody who ever took part, whatever became of them: who is missing can only be told by this. */
  readonly workers: readonly RunWorker[];
  readonly setup: RunSetup | undefined;
  /** What makes the numbers less than they should be, in words. */
  readonly incidents: readonly string[];
  /** What happened, oldest first and bounded; left out by records of earlier versions. */
  readonly events?: readonly RecordedEvent[];
  readonly tags?: readonly string[];
  readonly notes?: string;
  /** Set at the end. */
  readonly totals?: RunTotals;
  /** Wall-clock times in milliseconds since the epoch; labels, never inputs to a decision. */
  readonly createdAtMs: number;
  readonly startedAtMs: number | undefined;
  readonly endedAtMs: number | undefined;
  readonly reason: string | undefined;
  readonly verdict: Verdict | undefined;
  readonly verdictReasons: readonly string[];
  /** How the thresholds stood at the end. */
  readonly thresholds?: readonly ThresholdView[] | undefined;
  /** What its search for the capacity came to. */
  readonly capacity?: CapacityView | undefined;
  /** Id of the run that this one is compared with. */
  readonly baselineId?: string | undefined;
  /** Name of the baseline that this run is for others. */
  readonly baselineName?: string | undefined;
  readonly unreportedAtMost: number;
  /** What each incarnation that was lost can have done without telling, at most; the sum is `unreportedAtMost`. */
  readonly unreported: Readonly<Record<string, number>>;
}

/** The part of a record that says what is missing. */
export function missing(
  unreported: Readonly<Record<string, number>>,
): Pick<RunRecord, 'unreported' | 'unreportedAtMost'> {
  return { unreported, unreportedAtMost: Object.values(unreported).reduce((sum, each) => sum + each, 0) };
}

/** What an update may change. */
export type RunPatch = Partial<Omit<RunRecord, 'id' | 'revision' | 'epoch' | 'createdAtMs'>>;

/** Late joiners are told the changes so far, so they are kept, but not without bound. */
const changesKept = 100;

/** Adds a change; the oldest beyond the bound are folded into the next, which overrides what they said of users. */
export function addChange(changes: readonly LoadChange[], change: LoadChange): LoadChange[] {
  const all = [...changes, change];
  while (all.length > changesKept) {
    const [oldest, next] = all;
    if (!oldest || !next) break;
    const end = oldest.runTimeMs === undefined ? undefined : oldest.atMs + oldest.runTimeMs;
    all.splice(0, 2, {
      ...next,
      runTimeMs: next.runTimeMs ?? (end === undefined ? undefined : Math.max(0, end - next.atMs)),
      userClasses: next.userClasses ?? oldest.userClasses,
      classWeights: next.classWeights ?? oldest.classWeights,
      ...(oldest.tasks ? { tasks: { ...oldest.tasks, ...next.tasks } } : {}),
      ...((next.paused ?? oldest.paused) === undefined ? {} : { paused: next.paused ?? oldest.paused }),
      ...(oldest.scenarios || next.scenarios
        ? { scenarios: foldedScenarios(oldest.scenarios, next.scenarios) }
        : undefined),
    });
  }
  return all;
}

/** The newest word on each scenario. */
function foldedScenarios(
  older: readonly ScenarioChange[] = [],
  newer: readonly ScenarioChange[] = [],
): readonly ScenarioChange[] {
  const byName = new Map(older.map((change) => [change.name, change]));
  for (const change of newer) {
    const { vus, rate } = byName.get(change.name) ?? {};
    byName.set(change.name, { name: change.name, vus: change.vus ?? vus, rate: change.rate ?? rate });
  }
  return [...byName.values()];
}

/** Milliseconds of run time at which the run stops by itself, or undefined when it runs until stopped. */
export function plannedEndMs(record: Pick<RunRecord, 'plan' | 'changes'>): number | undefined {
  return record.changes.reduce<number | undefined>(
    (end, change) => (change.runTimeMs === undefined ? end : change.atMs + change.runTimeMs),
    record.plan.load.runTimeMs,
  );
}

/** Reasons that engines give for an end that the plan foresaw. */
const naturalReasons = new Set<string | undefined>([undefined, 'run time reached', 'the shape has ended']);

/** Whether an end that nobody asked for is as planned at a moment of the run. @param reason the engines' own */
export function endsAsPlanned(
  record: Pick<RunRecord, 'plan' | 'changes'>,
  elapsedMs: number,
  reason: string | undefined,
): boolean {
  const end = plannedEndMs(record);
  if (end !== undefined && elapsedMs >= end) return true;
  return record.plan.load.kind === 'shape' && naturalReasons.has(reason);
}

/** The users, rate and user classes in force, all changes applied. */
export function loadInForce(record: Pick<RunRecord, 'plan' | 'changes'>): {
  users: number | undefined;
  spawnRate: number | undefined;
  userClasses: readonly string[];
} {
  const { load } = record.plan;
  const last = record.changes.at(-1);
  const byUsers: UsersLoad | undefined = load.kind === 'users' ? load : undefined;
  const selection = record.changes.findLast((change) => change.userClasses !== undefined);
  return {
    users: byUsers && (last?.users ?? byUsers.users),
    spawnRate: byUsers && (last?.spawnRate ?? byUsers.spawnRate),
    userClasses: selection?.userClasses ?? record.plan.userClasses,
  };
}

/** Whether the users stand still by request. */
export function isPaused({ state, changes }: Pick<RunRecord, 'state' | 'changes'>): boolean {
  if (state !== 'spawning' && state !== 'running') return false;
  return changes.findLast(({ paused }) => paused !== undefined)?.paused === true;
}

/** The events as `/api/v1` shows them, from one of them on. */
export function toRunEvents({ events = [], startedAtMs }: RunRecord, from = 0): RunEvent[] {
  return events.slice(from).map(({ atMs, kind, text }) => ({
    second: startedAtMs === undefined ? 0 : Math.max(0, Math.round(atMs - startedAtMs) / 1000),
    at: new Date(atMs).toISOString(),
    kind,
    text,
  }));
}

function scenariosInForce({ plan: { load }, changes }: RunRecord): RunScenarioView[] {
  if (load.kind !== 'scenarios') return [];
  const newest = (name: string, of: 'vus' | 'rate'): number | undefined =>
    changes
      .flatMap(({ scenarios = [] }) => scenarios)
      .findLast((change) => change.name === name && change[of] !== undefined)?.[of];
  return load.scenarios.map((scenario) => {
    const { name, executor } = scenario;
    const kept = executor === 'constant-vus' || executor === 'externally-controlled';
    return {
      name,
      executor,
      about: describeScenarioLoad(scenario),
      vus: kept ? (newest(name, 'vus') ?? scenario.vus) : null,
      rate: executor === 'constant-arrival-rate' ? (newest(name, 'rate') ?? scenario.rate) : null,
    };
  });
}

const iso = (wallMs: number | undefined): string | null =>
  wallMs === undefined ? null : new Date(wallMs).toISOString();

/** The record as `/api/v1` shows it. */
export function toRunView(record: RunRecord): RunView {
  const { users, spawnRate, userClasses } = loadInForce(record);
  const { plan } = record;
  const end = plannedEndMs(record);
  return {
    id: record.id,
    scenario: plan.scenario,
    state: record.state,
    host: plan.host,
    seed: plan.seed,
    users: users ?? null,
    spawnRate: spawnRate ?? null,
    shape: plan.load.kind === 'shape' ? plan.load.shape : null,
    userClasses: [...userClasses],
    runTimeSeconds: end === undefined ? null : Math.round(end) / 1000,
    createdAt: new Date(record.createdAtMs).toISOString(),
    startedAt: iso(record.startedAtMs),
    endedAt: iso(record.endedAtMs),
    reason: record.reason ?? null,
    verdict: record.verdict ?? null,
    verdictReasons: [...record.verdictReasons],
    unreportedAtMost: record.unreportedAtMost,
    scenarios: scenariosInForce(record),
    ...(plan.parameters ? { parameters: { ...plan.parameters } } : {}),
    tags: [...(record.tags ?? [])],
    notes: record.notes ?? '',
    paused: isPaused(record),
    totals: record.totals ?? null,
    baselineName: record.baselineName ?? null,
  };
}
