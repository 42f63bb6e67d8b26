/** Types of `/api/v1` and of the live feed: what the master says and the console, the command line and programs read. */
import type { ParameterValue } from '../plan/parameters.js';
import type { ScenarioDescription } from '../plan/scenario-description.js';
import type { CapacityView, ThresholdView } from './verdict-view.js';
import type { ScenarioExecutor } from '../plan/scenario-load.js';

/** Life of a run. `finished`, `failed` and `aborted` are ends. */
export type RunState = 'queued' | 'preparing' | 'spawning' | 'running' | 'stopping' | 'finished' | 'failed' | 'aborted';

export type Verdict = 'passed' | 'failed' | 'degraded' | 'invalid';

export interface RunView {
  id: string;
  scenario: string;
  state: RunState;
  host: string;
  seed: string;
  /** Users asked for; null while a shape decides. */
  users: number | null;
  /** Users per second asked for; null while a shape decides. */
  spawnRate: number | null;
  /** Name of the shape that the load follows, or null. */
  shape: string | null;
  userClasses: string[];
  /** Seconds after which the run stops by itself, or null. */
  runTimeSeconds: number | null;
  /** Wall-clock times as ISO 8601 in UTC; null when not reached. */
  createdAt: string;
  startedAt: string | null;
  endedAt: string | null;
  /** Why the run ended or failed, in words; null while all is as planned. */
  reason: string | null;
  verdict: Verdict | null;
  verdictReasons: string[];
  /** How the thresholds stand, or stood at the end; left out in lists and of runs that never began. */
  thresholds?: ThresholdView[];
  /** How its capacity search stands, or ended; left out in lists and of runs without one. */
  capacity?: CapacityView;
  /** Unreported requests at most, from workers that were lost; 0 when every worker said its last word. */
  unreportedAtMost: number;
  /** Name of the baseline that this run is, or null. Left out in the live feed of masters that know none. */
  baselineName?: string | null;
  /** How it waits, or waited, for its turn; null for a run that was started at once. */
  queue?: RunQueueView | null;
  /** What its scenarios ask for now, where the load has some. */
  scenarios?: RunScenarioView[];
  /** Its scenarios as a start takes them under `scenarios`; left out in lists and of runs without scenarios. */
  plan?: Record<string, unknown>;
  /** Values of the parameters that its scenario declares; left out where it declares none. */
  parameters?: Record<string, ParameterValue>;
  /** Words to find it by. */
  tags?: string[];
  /** What people have written about it. */
  notes?: string;
  /** Whether its users stand still by request. */
  paused?: boolean;
  /** What came of it in short; null before the start, and where it was not kept. */
  totals?: RunTotals | null;
}

/** One scenario of a run, with the changes that were made. */
export interface RunScenarioView {
  name: string;
  executor: ScenarioExecutor;
  /** As it was planned, in words. */
  about: string;
  /** Users in force where they can be changed, or null. */
  vus: number | null;
  /** Arrivals per time unit in force where they can be changed, or null. */
  rate: number | null;
}

/** A run in three numbers, for lists. */
export interface RunTotals {
  requests: number;
  failures: number;
  /** 95th percentile of response time, milliseconds. */
  p95Ms: number;
}

/**
 * joined, lost: workers that come and go · edited: the load or the numbers were changed by somebody · paused: stood still
 * or went on · phase: the run went on in its life · fault: something did not go as planned
 */
export type RunEventKind = 'joined' | 'lost' | 'edited' | 'paused' | 'phase' | 'fault';

/** Something that happened to a run. */
export interface RunEvent {
  /** Seconds since the start of the run; 0 for what was before. */
  second: number;
  /** ISO 8601 in UTC. */
  at: string;
  kind: RunEventKind;
  /** One sentence. */
  text: string;
}

/** A run's place in the queue. */
export interface RunQueueView {
  /** Whose run it is; turns go round between owners. */
  owner: string;
  /** -100..100; higher goes first. */
  priority: number;
  /** 1 is next; null while its time has not come, and once it has had its turn. */
  position: number | null;
  /** Time before which it has no turn, ISO 8601 in UTC, or null. */
  notBefore: string | null;
  /** Workers that have to be free at the least. */
  minWorkers: number;
  /** Labels that its workers carry. */
  labels: Record<string, string>;
  /** Schedule that asked for it, or null. */
  scheduleId: string | null;
}

export type WorkerState = 'ready' | 'preparing' | 'spawning' | 'running' | 'stopping' | 'suspect' | 'lost' | 'draining';

export interface WorkerView {
  id: string;
  incarnation: string;
  state: WorkerState;
  users: number;
  engines: number;
  /** Percent of one core, of the worker and its engines together. */
  cpuPercent: number;
  rssBytes: number;
  /** Worst 99th percentile of event-loop delay among its engines over the last second, milliseconds. */
  loopLagMs: number;
  version: string;
  /** Labels that runs may ask for; left out by masters that know none. */
  labels?: Record<string, string>;
  /** Wall clock of the worker minus the master's, milliseconds. */
  clockOffsetMs: number;
  /** Of its newest beat that was answered, milliseconds; 0 before the first. */
  roundTripMs: number;
  /** Snapshots that have come from it since it joined, whether they counted or not. */
  snapshots: number;
  /** Milliseconds since the master last heard of it. */
  lastSeenMs: number;
}

/** One row of the statistics table. Times are milliseconds of response time unless the name says otherwise. */
export interface StatsRow {
  method: string;
  name: string;
  requests: number;
  failures: number;
  /** Per second, over the last ten whole seconds. */
  currentRps: number;
  currentFailuresPerSecond: number;
  averageMs: number;
  minMs: number;
  maxMs: number;
  p50Ms: number;
  p95Ms: number;
  p99Ms: number;
  serviceP50Ms: number;
  serviceP95Ms: number;
  serviceP99Ms: number;
  /** Mean size of response bodies, bytes. */
  averageBytes: number;
}

export interface FailureRow {
  method: string;
  name: string;
  error: string;
  occurrences: number;
  firstSeen: string;
  lastSeen: string;
}

export interface ExceptionRow {
  count: number;
  message: string;
  traceback: string;
  workers: string[];
}

export interface CheckRow {
  name: string;
  passes: number;
  failures: number;
}

/** How often one task was begun, or a nested set entered. */
export interface TaskRow {
  userClass: string;
  /** Names from the user class down: sets, then the task. */
  path: string[];
  started: number;
}

/**
 * A second of a run over all workers, or several together: then counts are of all of them, users the most there were in one, and
 * percentiles those of the worst second, because percentiles of seconds cannot be merged.
 */
export interface SeriesPoint {
  /** Whole seconds since the start of the run: the first one of this point. */
  second: number;
  /** Seconds that the point stands for; left out: one. Rates are counts divided by it. */
  seconds?: number;
  requests: number;
  failures: number;
  users: number;
  targetUsers: number;
  p50Ms: number | null;
  p95Ms: number | null;
  p99Ms: number | null;
  /** The same of service time; left out by masters that do not tell it. */
  serviceP50Ms?: number | null;
  serviceP95Ms?: number | null;
  serviceP99Ms?: number | null;
  /** Requests by response time, in the buckets of `latencyBoundsMs`; zeros at the end are left out. */
  latency?: number[];
  /** Nobody reported on this second (on none of these seconds) by itself: its counts are its part of a longer time, and no line goes through it. */
  gap?: boolean;
}

/** The numbers of a run at one moment. */
export interface StatsView {
  runId: string | null;
  state: RunState | 'ready';
  elapsedSeconds: number;
  users: number;
  targetUsers: number;
  usersByClass: Record<string, number>;
  rows: StatsRow[];
  total: StatsRow;
  failures: FailureRow[];
  exceptions: ExceptionRow[];
  checks: CheckRow[];
  /** Tasks that were begun, for their real proportions; left out by masters that do not tell it. */
  tasks?: TaskRow[];
}

/** Events of the live feed (Socket.IO namespace `/live`). A joining client gets `state`, then one `frame` a second. */
export interface LiveState {
  run: RunView | null;
  stats: StatsView;
  /** The newest 15 minutes second by second, what was before them in a thousand points at most. */
  series: SeriesPoint[];
  workers: WorkerView[];
  scenarios: ScenarioView[];
  /** All of the run so far. */
  events: RunEvent[];
  /** Runs that wait for their turn, in its order; the first fifty. */
  waiting: RunView[];
}

export interface LiveFrame {
  run: RunView | null;
  stats: StatsView;
  /** Points that are new or have changed since the last frame. */
  points: SeriesPoint[];
  /** null: as they were told last; of a large fleet they are told once a second and the numbers more often. */
  workers: WorkerView[] | null;
  /** Those that are new since the last frame. */
  events: RunEvent[];
  /** As in `LiveState`. */
  waiting: RunView[];
}

export interface ScenarioView {
  /** File name without its folder, such as `simple-load.ts`; also the scenario's id. */
  name: string;
  hash: string;
  /** What the file declares; null until a worker has looked at it. */
  description: ScenarioDescription | null;
  /** Why the file cannot be used, or null. */
  problem: string | null;
}

/** Body of `POST /api/v1/runs`. */
export interface CreateRunBody {
  scenario?: string;
  host?: string;
  users?: number;
  spawnRate?: number;
  shape?: string;
  /** null runs until stopped, whatever the platform's default is. */
  runTimeSeconds?: number | null;
  userClasses?: string[];
  seed?: string;
  /** Load by scenarios with executors, as a file's `options.scenarios` has them, in the place of the file's own plan. */
  scenarios?: Record<string, unknown>;
  /** Values of parameters that the scenario declares, by name; the others have their defaults. */
  parameters?: Record<string, unknown>;
  tags?: string[];
  notes?: string;
  /**
   * What becomes of the load of a worker that is lost: left out while the others go on (the default), given to the
   * others, or the end of the run.
   */
  lossPolicy?: 'continue' | 'rebalance' | 'abort';
  /** Name of a baseline, or id of a run, to compare with; thresholds relative to a baseline take their numbers from it. */
  baseline?: string;
  /** Given, even empty, the run waits for its turn instead of being started at once. */
  queue?: QueueRequest;
}

/** How a run wants to wait. */
export interface QueueRequest {
  /** -100..100, default 0; higher goes first. */
  priority?: number;
  /** Seconds from now before which it has no turn, default 0. */
  delaySeconds?: number;
  /** Workers that have to be free at the least, default 1. */
  minWorkers?: number;
  /** Labels that its workers have to carry, each with this value; none takes any worker. */
  labels?: Record<string, string>;
}

/** Answer of `GET /api/v1/queue`. */
export interface QueueView {
  /** Where the jobs are. */
  kind: 'in-process' | 'redis';
  /** Whether a run can be queued now. */
  available: boolean;
  /** Whether it gives no turn until somebody releases it. */
  held: boolean;
  /** Runs that may wait at once. */
  limit: number;
  /** Waiting runs in the order of their turns, then those whose time has not come, by time. */
  waiting: RunView[];
  /** Runs that have workers now. */
  active: RunView[];
}

/** Body of `POST /api/v1/stop`. */
export interface StopAllBody {
  /** Milliseconds that iterations may take to end; left out, as planned. */
  graceMs?: number;
  /** Whether no queued run may begin until the queue is released. */
  holdQueue?: boolean;
}

/** Answer of `POST /api/v1/stop`. */
export interface StoppedView {
  /** Runs that are being stopped or were called off, as they are now, newest first. */
  runs: RunView[];
  /** Ids of starts that were called off before there was a run to show. */
  calledOff: string[];
  queueHeld: boolean;
}

/** Answer of `GET /api/v1/fleet/desired`: what an autoscaler follows. */
export interface DesiredWorkersView {
  /** Workers that the waiting and the active runs have use for, within the bounds. */
  desired: number;
  /** Workers that can be given work, or are at it. */
  present: number;
  minWorkers: number;
  maxWorkers: number;
  /** Users that one worker is meant to run. */
  usersPerWorker: number;
  /** Need by labels (`name=value,...`, empty for any worker), before the bounds. */
  pools: { labels: string; workers: number }[];
}

/** Body of `POST /api/v1/schedules`. */
export interface CreateScheduleBody {
  /** What people call it. */
  name?: string;
  /** Minute, hour, day, month, weekday; six fields begin with seconds. */
  cron: string;
  /** IANA name, default UTC. */
  timeZone?: string;
  /** What is queued each time. */
  run: CreateRunBody;
}

export interface ScheduleView {
  id: string;
  name: string;
  cron: string;
  timeZone: string;
  owner: string;
  run: CreateRunBody;
  /** Wall-clock times as ISO 8601 in UTC. */
  createdAt: string;
  nextAt: string | null;
  /** Last time that has come, or null. */
  lastAt: string | null;
  /** Run that was queued last, or null. */
  lastRunId: string | null;
  /** Why no run was queued at the last time, or null. */
  problem: string | null;
}
