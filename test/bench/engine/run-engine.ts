/**
 * The process of Loadstar in a comparison: an engine process exactly as a worker forks it, with its snapshots encoded each
 * second, but driven from within, so that nobody else's CPU time is in its account. Prints what came of it as JSON.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LoadPlan, type RunPlan, systemClock } from '@loadstar/shared';
import { decodeSnapshot, type EngineHealth, Histogram, outcomes, type RunStats } from '@loadstar/stats';
import { EngineHost } from '../../../libs/engine/src/process/engine-host.js';
import type { Event } from '../../../libs/engine/src/process/messages.js';

export interface EngineAsked {
  /** File with a scenario's bundle. */
  readonly bundle: string;
  readonly host: string;
  readonly load: LoadPlan;
  /** Run time up to which percentiles are not to count; a line `mark` on stdout says when it is over. */
  readonly warmUpSeconds?: number;
}

export interface EngineResult {
  /** Requests that succeeded. */
  readonly answers: number;
  /** The others, by outcome. */
  readonly failures: Readonly<Record<string, number>>;
  readonly started: number;
  readonly dropped: number;
  /** Milliseconds at `percentiles`, from the end of the warm-up on. */
  readonly serviceMs: readonly number[];
  readonly responseMs: readonly number[];
  readonly lagMs: readonly number[];
  readonly lagMaxMs: number;
  readonly measured: number;
  readonly openedConnections: number;
  /** Before the load, and largest and median of the last third of it. */
  readonly rssBeforeBytes: number;
  readonly rssMaxBytes: number;
  readonly rssBytes: number;
  /** Of all but the first and last second; medians. */
  readonly health: Pick<EngineHealth, 'errorBoundMs' | 'loopUtilisation' | 'cpuPercent'>;
}

/** How long before its start a run is announced, milliseconds, as a master does. */
const startLeadMs = 300;

export const percentiles = [50, 90, 95, 99, 99.9] as const;

const middle = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

async function run(asked: EngineAsked): Promise<EngineResult> {
  const folder = mkdtempSync(join(tmpdir(), 'loadstar-bench-engine-'));
  const snapshots: Uint8Array[] = [];
  const memory: number[] = [];
  const { promise: ended, resolve: finish, reject: fail } = withResolvers();
  let endsMs = Infinity;
  const host = new EngineHost({ clock: systemClock, folder, send: take });

  function take(event: Event): void {
    if (event.kind === 'problem' || event.kind === 'failed') fail(new Error(JSON.stringify(event.problem)));
    if (event.kind === 'log' && event.level !== 'debug') process.stderr.write(`${event.message}\n`);
    if (event.kind !== 'snapshot') return;
    snapshots.push(event.bytes);
    if (snapshots.length === asked.warmUpSeconds) process.stdout.write('mark\n');
    memory.push(process.memoryUsage.rss());
    // Decoding is another process's work: here it would hold up arrivals, and the last one cannot be before the end.
    if (performance.now() < endsMs) return;
    const { header } = decodeSnapshot(event.bytes);
    if (header.final) finish();
  }

  const code = readFileSync(asked.bundle, 'utf8');
  await host.handle({ kind: 'load', id: 1, code, plan: planOf(asked), engine: 'bench' });
  const rssBeforeBytes = process.memoryUsage.rss();
  endsMs = performance.now() + startLeadMs + lengthMs(asked.load);
  const start = { share: { index: 0, of: 1 }, inMs: startLeadMs, elapsedMs: 0, changes: [], data: undefined };
  await host.handle({ kind: 'start', start });
  await ended;
  rmSync(folder, { recursive: true, force: true });
  return resultOf(snapshots, asked.warmUpSeconds, { before: rssBeforeBytes, during: memory });
}

/** How long a load takes at least, milliseconds. */
function lengthMs(load: LoadPlan): number {
  if (load.kind !== 'scenarios') return load.runTimeMs ?? 0;
  return Math.min(...load.scenarios.map((scenario) => ('duration' in scenario ? scenario.duration * 1000 : 0)));
}

function planOf({ host, load }: EngineAsked): RunPlan {
  return {
    runId: 'bench',
    scenario: 'bench',
    bundleHash: '',
    host,
    seed: 'bench',
    load,
    userClasses: [],
    classWeights: {},
    stopTimeoutMs: 2_000,
    identify: false,
    limits: { maxUsers: 1_000_000, allowedTargets: [] },
  };
}

function resultOf(
  snapshots: readonly Uint8Array[],
  warmUpSeconds: number | undefined,
  memory: { readonly before: number; readonly during: readonly number[] },
): EngineResult {
  const decoded = snapshots.map(decodeSnapshot);
  const total = decoded.at(-1)?.stats;
  if (!total) throw new Error('there is no final snapshot');
  const earlier = warmUpSeconds === undefined ? undefined : decoded[warmUpSeconds - 1]?.stats;
  const failures: Record<string, number> = {};
  let answers = 0;
  for (const series of total.allSeries()) {
    series.counts.forEach((count, index) => {
      const outcome = outcomes[index] ?? 'unknown';
      if (outcome === 'ok') answers += count;
      else if (count > 0) failures[outcome] = (failures[outcome] ?? 0) + count;
    });
  }
  const since = (pick: (stats: RunStats) => Histogram): Histogram =>
    earlier ? pick(total).subtract(pick(earlier)) : pick(total);
  const service = since((stats) => merged(stats, 'service'));
  const lag = since((stats) => stats.lag);
  const inside = decoded.slice(1, -1).map(({ header }) => header.health);
  return {
    answers,
    failures,
    started: total.iterations.started,
    dropped: total.droppedArrivals,
    serviceMs: at(service),
    responseMs: at(since((stats) => merged(stats, 'response'))),
    lagMs: at(lag),
    lagMaxMs: total.lag.maxUs / 1000,
    measured: service.count,
    openedConnections: total.connections.opened,
    rssBeforeBytes: memory.before,
    rssMaxBytes: Math.max(...memory.during),
    rssBytes: middle(memory.during.slice(-Math.ceil(memory.during.length / 3))),
    health: {
      errorBoundMs: middle(inside.map(({ errorBoundMs }) => errorBoundMs)),
      loopUtilisation: middle(inside.map(({ loopUtilisation }) => loopUtilisation)),
      cpuPercent: middle(inside.map(({ cpuPercent }) => cpuPercent)),
    },
  };
}

/** Of the requests that succeeded, over all names. */
function merged(stats: RunStats, time: 'service' | 'response'): Histogram {
  const sum = new Histogram();
  for (const series of stats.allSeries()) sum.merge(series.ok[time]);
  return sum;
}

const at = (histogram: Histogram): number[] => percentiles.map((p) => histogram.percentile(p) / 1000);

function withResolvers(): { promise: Promise<void>; resolve: () => void; reject: (error: Error) => void } {
  let resolve: () => void = () => {};
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<void>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

if (process.argv[1]?.endsWith('run-engine.js')) {
  const result = await run(JSON.parse(process.argv[2] ?? '{}') as EngineAsked);
  process.stdout.write(`${JSON.stringify(result)}\n`);
  process.exit(0);
}
