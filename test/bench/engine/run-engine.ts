/**
 * The process of Loadstar in a comparison: an engine process exactly as a worker forks it, with its snapshots encoded each
 * second, but driven from within, so that nobody else's CPU time is in its account. Prints the snapshots as JSON: reading
 * them is another process's work.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LoadPlan, type RunPlan, systemClock } from '@loadstar/shared';
import { openSnapshot } from '@loadstar/stats';
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

export interface EngineRecord {
  /** Each second's and the final one, in base64. */
  readonly snapshots: readonly string[];
  /** Resident set before the load and at each snapshot. */
  readonly rssBeforeBytes: number;
  readonly rssBytes: readonly number[];
}

/** How long before its start a run is announced, milliseconds, as a master does. */
const startLeadMs = 300;

async function run(asked: EngineAsked): Promise<EngineRecord> {
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
    const { header } = openSnapshot(event.bytes);
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
  return {
    snapshots: snapshots.map((bytes) => Buffer.from(bytes).toString('base64')),
    rssBeforeBytes,
    rssBytes: memory,
  };
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
  // A minute's snapshots do not fit into a pipe at once.
  process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
}
