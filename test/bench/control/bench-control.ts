/**
 * What the master costs a fleet: processor time and memory with 1,000 workers that report 20 names once a second each,
 * the size of a snapshot, how old numbers are when a live frame shows them, and how long a whole fleet takes to join,
 * also after the master was killed. The master is the built one with its own store; the workers are agents on real
 * connections from other processes, with made-up load.
 *
 *   npm run bench:control [-- --workers 1000 --names 20 --rate 50 --seconds 30 --write --profile FOLDER]
 *
 * needs a build (npm run build). `--write` puts the table into docs/performance.md,
 * `--profile` leaves a V8 profile of the master.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { LiveFrame } from '@loadstar/shared';
import { io } from 'socket.io-client';
import { eventually, pause } from '../../support/eventually.js';
import type { FleetOrder, FleetReport } from './simulated-fleet.js';

const { values } = parseArgs({
  args: process.argv.slice(2),
  options: {
    workers: { type: 'string', default: '1000' },
    names: { type: 'string', default: '20' },
    rate: { type: 'string', default: '50' },
    seconds: { type: 'string', default: '30' },
    write: { type: 'boolean', default: false },
    profile: { type: 'string' },
  },
});
const [workers, names, rate, seconds] = [values.workers, values.names, values.rate, values.seconds].map(Number) as [
  number,
  number,
  number,
  number,
];
const parts = 2;
const probesPerPart = 10;
const token = 'bench-join-token';
const children: ChildProcess[] = [];
const folder = mkdtempSync(join(tmpdir(), 'loadstar-bench-'));
const machineMs = (): number => Number(process.hrtime.bigint()) / 1e6;
const rows: [what: string, value: string, aim: string][] = [];
const note = (what: string, value: string, aim = ''): void => {
  rows.push([what, value, aim]);
  process.stdout.write(`  ${what.padEnd(64)} ${value.padStart(14)}   ${aim}\n`);
};

interface Master {
  readonly url: string;
  readonly pid: number;
  readonly process: ChildProcess;
}

function startMaster(port = 0): Promise<Master> {
  const child = fork('dist/apps/master/src/main.js', [], {
    env: {
      PATH: process.env['PATH'],
      LOADSTAR_PORT: String(port),
      LOADSTAR_JOIN_TOKEN: token,
      LOADSTAR_DATA_DIR: folder,
      LOADSTAR_LOG_LEVEL: 'warn',
      LOADSTAR_MAX_USERS: '1000000',
    },
    execArgv: values.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${values.profile}`],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  children.push(child);
  return new Promise((resolve, reject) => {
    child.on('message', (message: { kind: string; url?: string }) => {
      if (message.kind === 'ready') resolve({ url: message.url ?? '', pid: child.pid ?? 0, process: child });
      else reject(new Error(JSON.stringify(message)));
    });
  });
}

const status = (pid: number, field: string): number =>
  Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;

/** Processor time that a process has used, seconds. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

const quantile = (sorted: readonly number[], p: number): number =>
  sorted[Math.min(sorted.length - 1, Math.ceil(p * sorted.length) - 1)] ?? Number.NaN;

class Fleet {
  private readonly processes: ChildProcess[] = [];
  private readonly sizes = new Map<number, { snapshots: number; bytes: number }>();
  /** Moment at which each snapshot of a probe left, by probe and count. */
  readonly sent = new Map<string, number>();

  async join(url: string): Promise<void> {
    for (let part = 0; part < parts; part++) {
      const child = fork('scripts/run-ts.mjs', ['test/bench/control/simulated-fleet.ts'], {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      });
      children.push(child);
      this.processes.push(child);
      await new Promise<void>((resolve) => {
        child.on('message', (report: FleetReport) => {
          if (report.kind === 'ready') resolve();
          else if (report.kind === 'size') this.sizes.set(part, report);
          else this.sent.set(`${report.probe} ${report.count}`, report.atMs);
        });
      });
    }
    this.processes.forEach((child, part) => {
      const order: FleetOrder = { url, token, workers: workers / parts, probes: probesPerPart, part, names, rate };
      child.send(order);
    });
  }

  cpuSeconds(): number {
    return this.processes.reduce((sum, { pid }) => sum + cpuSeconds(pid ?? 0), 0);
  }

  sum(): { snapshots: number; bytes: number } {
    const all = [...this.sizes.values()];
    return {
      snapshots: all.reduce((sum, { snapshots }) => sum + snapshots, 0),
      bytes: all.reduce((sum, { bytes }) => sum + bytes, 0),
    };
  }
}

/** @returns seconds until the master counts all workers as there */
async function untilJoined(url: string, sinceMs: number): Promise<number> {
  await eventually(
    async () => {
      const { workersReady } = (await (await fetch(`${url}/health`)).json()) as { workersReady: number };
      if (workersReady !== workers) throw new Error(`${workersReady} of ${workers} workers have joined`);
    },
    60_000,
    50,
  );
  return (machineMs() - sinceMs) / 1_000;
}

/** Ages of the probes' numbers when a frame shows them, milliseconds. */
function watch(url: string, sent: ReadonlyMap<string, number>): { ages: number[]; gaps: number[]; end(): void } {
  const socket = io(`${url}/live`, { transports: ['websocket'] });
  const ages: number[] = [];
  const gaps: number[] = [];
  const shown = new Map<string, number>();
  let lastMs: number | undefined;
  socket.on('frame', ({ stats }: LiveFrame) => {
    const nowMs = machineMs();
    if (lastMs !== undefined) gaps.push(nowMs - lastMs);
    lastMs = nowMs;
    for (const { name, requests } of stats.rows) {
      if (!name.startsWith('probe-')) continue;
      const before = shown.get(name) ?? requests - 1;
      for (let count = before + 1; count <= requests; count++) {
        const leftMs = sent.get(`${name} ${count}`);
        if (leftMs !== undefined) ages.push(nowMs - leftMs);
      }
      shown.set(name, requests);
    }
  });
  return { ages, gaps, end: () => socket.disconnect() };
}

async function measure(): Promise<void> {
  let master = await startMaster();
  await pause(3_000);
  const idleMb = status(master.pid, 'VmRSS');
  const fleet = new Fleet();
  await fleet.join(master.url);
  const joinedS = await untilJoined(master.url, machineMs());
  note(`${workers} workers join at once`, `${joinedS.toFixed(1)} s`, '< 10 s');

  // A master that is killed is back at its address; the workers find it by themselves.
  master.process.kill('SIGKILL');
  const killedMs = machineMs();
  master = await startMaster(Number(new URL(master.url).port));
  const backS = await untilJoined(master.url, machineMs());
  note(
    'all are back after the master was killed, counted from its start',
    `${backS.toFixed(1)} s`,
    `< 15 s (killed ${((machineMs() - killedMs) / 1000).toFixed(1)} s ago)`,
  );
  await pause(5_000);
  const waitingFrom = cpuSeconds(master.pid);
  await pause(10_000);
  const waiting = (cpuSeconds(master.pid) - waitingFrom) / 10;
  note('processor, workers without a run (a beat a second each)', `${(100 * waiting).toFixed(0)} % core`);

  const response = await fetch(`${master.url}/api/v1/runs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ users: 10 * workers, spawnRate: 1e6, host: 'http://127.0.0.1:9' }),
  });
  const run = (await response.json()) as { id: string; detail?: string };
  if (!response.ok) throw new Error(`the run was not started: ${run.detail}`);
  const live = watch(master.url, fleet.sent);
  await pause(10_000);
  live.ages.length = 0;
  live.gaps.length = 0;
  const before = { ...fleet.sum(), cpu: cpuSeconds(master.pid), fleet: fleet.cpuSeconds(), atMs: machineMs() };
  await pause(seconds * 1_000);
  const passedS = (machineMs() - before.atMs) / 1_000;
  const after = fleet.sum();
  const cores = (cpuSeconds(master.pid) - before.cpu) / passedS;
  const snapshots = after.snapshots - before.snapshots;
  const ages = live.ages.toSorted((a, b) => a - b);
  const gaps = live.gaps.toSorted((a, b) => a - b);
  note(`processor, ${workers} workers x ${names} names x 1 snapshot/s`, `${(100 * cores).toFixed(0)} % core`, '< 50 %');
  note('memory of the master, resident, now', `${status(master.pid, 'VmRSS').toFixed(0)} MB`, '< 400 MB');
  note('  highest', `${status(master.pid, 'VmHWM').toFixed(0)} MB`, `(idle, before: ${idleMb.toFixed(0)} MB)`);
  note('snapshots a second', (snapshots / passedS).toFixed(0));
  note('size of a snapshot', `${((after.bytes - before.bytes) / snapshots / 1024).toFixed(1)} KB`);
  note('snapshot sent to live frame, median', `${quantile(ages, 0.5).toFixed(0)} ms`);
  note('  99 of 100', `${quantile(ages, 0.99).toFixed(0)} ms`, `< 300 ms (${ages.length} samples)`);
  note('between two live frames, longest', `${(gaps.at(-1) ?? Number.NaN).toFixed(0)} ms`);
  note(
    '  (the simulated fleet itself)',
    `${((100 * (fleet.cpuSeconds() - before.fleet)) / passedS).toFixed(0)} % core`,
  );
  live.end();
  await fetch(`${master.url}/api/v1/runs/${run.id}/stop`, { method: 'POST' });
  const workersSeen = (await (await fetch(`${master.url}/api/v1/workers`)).json()) as { state: string }[];
  const lost = workersSeen.filter(({ state }) => state === 'lost' || state === 'suspect').length;
  note('workers lost or suspected by mistake', String(lost), '0');
  if (values.profile === undefined) return;
  const gone = new Promise((resolve) => master.process.once('exit', resolve));
  master.process.kill('SIGTERM');
  await gone;
}

function write(): void {
  const file = 'docs/performance.md';
  const [begin, end] = ['<!-- bench:control -->', '<!-- /bench:control -->'];
  const text = [
    begin,
    '',
    '## The control plane',
    '',
    `\`npm run bench:control -- --write\`, ${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ` +
      `${availableParallelism()} cores shared by the master and the simulated fleet; ${workers} workers, ` +
      `each ${rate} requests a second under ${names} names; store: the file.`,
    '',
    '| | measured | aim |',
    '| --- | --- | --- |',
    ...rows.map(([what, value, aim]) => `| ${what.trim()} | ${value} | ${aim} |`),
    '',
    end,
  ].join('\n');
  const old = existsSync(file) ? readFileSync(file, 'utf8') : '# Performance\n';
  const [from, to] = [old.indexOf(begin), old.indexOf(end)];
  const next = from >= 0 && to > from ? old.slice(0, from) + text + old.slice(to + end.length) : `${old}\n${text}\n`;
  writeFileSync(file, next);
}

try {
  process.stdout.write(`\n${availableParallelism()} cores, Node ${process.version}\n`);
  await measure();
  if (values.write) write();
} finally {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}
