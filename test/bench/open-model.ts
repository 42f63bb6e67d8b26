/**
 * The open model under real time: how exactly arrivals start, and what a stall of the server does to both times.
 *
 *   npx esbuild test/bench/open-model.ts --bundle --platform=node --format=esm --packages=external \
 *     --outfile=dist/bench/open-model.mjs
 *   node dist/bench/open-model.mjs [arrivals a second, default 10000] [seconds, default 10]
 *
 * First a row for each timing: arrivals planned, started and dropped (planned = started + dropped, or the run fails), how
 * late they started, and service time, with wrk's median in the same minute beside it. Then a server that stalls for 1 s
 * at 2,000 arrivals a second: the percentiles of response time against what queueing theory says, and of service time,
 * which must not show it beyond the requests that were on the wire. Needs nginx, wrk, taskset and two cores.
 */
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Engine, HttpEngine } from '@loadstar/engine';
import { HttpUser, readScenario } from '@loadstar/scenario';
import { environment, readScenarios, type RunPlan, silentLogger, systemClock } from '@loadstar/shared';
import { Histogram, type RunStats } from '@loadstar/stats';

class Visitor extends HttpUser {
  static override tasks = { visit: 1 };

  async visit(): Promise<void> {
    await this.http.get('/');
  }
}

interface Asked {
  readonly url: string;
  readonly rate: number;
  readonly seconds: number;
  readonly timing: 'precise' | 'economy';
  readonly vus: number;
  readonly whenBusy?: 'drop' | 'wait';
}

interface Result {
  readonly started: number;
  readonly dropped: number;
  readonly failed: number;
  readonly lagMs: Record<string, number>;
  readonly serviceMs: Record<string, number>;
  readonly responseMs: Record<string, number>;
  readonly errorBoundMs: number;
  readonly busy: number;
  readonly cpu: number;
}

const percentiles = [50, 90, 95, 99, 99.9];
const shown = (histogram: Histogram): Record<string, number> =>
  Object.fromEntries(percentiles.map((p) => [`p${p}`, histogram.percentile(p) / 1000]));

/** The generator's process: one open scenario, numbers as JSON. */
async function generate({ url, rate, seconds, timing, vus, whenBusy }: Asked): Promise<void> {
  const written = {
    open: { executor: 'constant-arrival-rate', rate, duration: seconds, preAllocatedVUs: vus, timing, whenBusy },
  };
  const plan: RunPlan = {
    runId: 'bench',
    scenario: 'bench',
    bundleHash: '',
    host: url,
    seed: 'bench',
    load: { kind: 'scenarios', scenarios: readScenarios(written).scenarios, runTimeMs: undefined },
    userClasses: [],
    classWeights: {},
    stopTimeoutMs: 5_000,
    identify: false,
    limits: { maxUsers: 1_000_000, allowedTargets: [] },
  };
  const http = new HttpEngine({ clock: systemClock, limits: plan.limits });
  const bound = new Histogram();
  let spunMs = 0;
  const engine = new Engine({
    definition: readScenario({ Visitor }),
    plan,
    clock: systemClock,
    logger: silentLogger,
    clients: (recorder) => ({ client: (baseUrl) => http.client(baseUrl, recorder) }),
    health: (scheduleLagMs, idleMs) => {
      spunMs += idleMs;
      bound.merge(http.takeErrorBound());
      return {
        cpuPercent: 0,
        rssBytes: 0,
        loopLagMs: 0,
        loopUtilisation: 0,
        errorBoundMs: 0,
        scheduleLagMs,
        engines: 1,
      };
    },
    onStatus: () => http.flush(),
    onPoll: () => http.polled(),
  });
  const before = { cpu: process.cpuUsage(), loop: performance.eventLoopUtilization() };
  engine.start({ share: { index: 0, of: 1 }, inMs: 500, elapsedMs: 0, changes: [], data: undefined });
  await engine.done;
  const { user, system } = process.cpuUsage(before.cpu);
  const stats: RunStats = engine.recorder.stats;
  const [series] = [...stats.allSeries()];
  if (!series) throw new Error('no request was made');
  const result: Result = {
    started: stats.iterations.started,
    dropped: stats.droppedArrivals,
    failed: series.failures,
    lagMs: { ...shown(stats.lag), max: stats.lag.maxUs / 1000 },
    serviceMs: shown(series.ok.service),
    responseMs: shown(series.ok.response),
    errorBoundMs: bound.percentile(99) / 1000,
    busy: performance.eventLoopUtilization(before.loop).utilization - spunMs / (seconds * 1000),
    cpu: (user + system) / (seconds * 1e6),
  };
  process.stdout.write(JSON.stringify(result));
  http.close();
}

function inOwnProcess(asked: Asked): Promise<Result> {
  return new Promise((resolve, reject) => {
    const child = spawn('taskset', [
      '-c',
      '1',
      process.execPath,
      fileURLToPath(import.meta.url),
      JSON.stringify(asked),
    ]);
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.stderr.pipe(process.stderr);
    child.on('exit', (code) =>
      code === 0 ? resolve(JSON.parse(output) as Result) : reject(new Error(`exit ${code}`)),
    );
  });
}

const line = (...cells: (string | number)[]): void => {
  process.stdout.write(
    `${cells.map((cell) => (typeof cell === 'number' ? cell.toFixed(3) : cell).padStart(12)).join('')}\n`,
  );
};

async function compareTimings(url: string, rate: number, seconds: number): Promise<boolean> {
  const planned = rate * seconds;
  const wrk = spawnSync('taskset', ['-c', '1', 'wrk', '-t1', '-c16', '-d3s', '--latency', url], { encoding: 'utf8' });
  const wrkMs = /50%\s+([\d.]+)(us|ms)/.exec(wrk.stdout);
  const peerMs = wrkMs ? Number(wrkMs[1]) / (wrkMs[2] === 'us' ? 1000 : 1) : Number.NaN;
  process.stdout.write(`${rate}/s for ${seconds} s: ${planned} planned; wrk with 16 connections: p50 ${peerMs} ms\n`);
  line(
    'timing',
    'started',
    'dropped',
    'sum',
    'lag p50',
    'lag p99',
    'lag max',
    'service p50',
    'p99',
    '/wrk p50',
    'bound p99',
    'busy',
    'cores',
  );
  let exact = true;
  for (const timing of ['precise', 'economy'] as const) {
    const result = await inOwnProcess({ url, rate, seconds, timing, vus: 500 });
    const { started, dropped, lagMs, serviceMs, errorBoundMs, busy, cpu } = result;
    const sum = started + dropped;
    exact &&= sum === planned;
    const [p50 = 0, p99 = 0] = [serviceMs['p50'], serviceMs['p99']];
    line(
      timing,
      String(started),
      String(dropped),
      sum === planned ? 'exact' : `off ${sum - planned}`,
      lagMs['p50'] ?? 0,
      lagMs['p99'] ?? 0,
      lagMs['max'] ?? 0,
      p50,
      p99,
      p50 / peerMs,
      errorBoundMs,
      busy,
      cpu,
    );
  }
  return exact;
}

/**
 * A server that answers at once, but reads nothing between second 3 and 4. With arrivals at an even rate and a queue that
 * then empties at once, an arrival at time t of the stall has waited 1 - t seconds: over a run of T seconds the
 * percentile p of response time is 1 s - (1 - p) T, and 0 beyond the part of arrivals that the stall hit.
 */
async function stall(): Promise<void> {
  const [rate, seconds, users] = [2_000, 10, 50];
  const answer = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
  let stalled = false;
  let first: NodeJS.Timeout | undefined;
  const held: (() => void)[] = [];
  const server = createServer({ noDelay: true }, (socket) => {
    first ??= setTimeout(() => {
      stalled = true;
      setTimeout(() => {
        stalled = false;
        for (const release of held.splice(0)) release();
      }, 1_000);
    }, 3_000);
    socket.on('error', () => {});
    socket.on('data', (data) => {
      const write = (): void => void socket.write(answer);
      if (data.length > 0 && stalled) held.push(write);
      else write();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  process.stdout.write(`\na stall of 1 s at ${rate}/s for ${seconds} s\n`);
  line('users', 'dropped', 'time', ...percentiles.map((p) => `p${p}`));
  const theory = percentiles.map((p) => Math.max(0, 1_000 - (1 - p / 100) * seconds * 1_000));
  line('', '', 'theory', ...theory);
  const { responseMs, serviceMs, dropped } = await inOwnProcess({
    url,
    rate,
    seconds,
    timing: 'precise',
    vus: users,
    whenBusy: 'wait',
  });
  line(String(users), String(dropped), 'response', ...Object.values(responseMs));
  line('', '', 'error %', ...Object.values(responseMs).map((ms, i) => (theory[i] ? 100 * (ms / theory[i] - 1) : 0)));
  line('', '', 'service', ...Object.values(serviceMs));
  server.close();
}

async function main(): Promise<void> {
  const [asked] = process.argv.slice(2);
  if (asked?.startsWith('{')) return generate(JSON.parse(asked) as Asked);
  const rate = Number(asked ?? 10_000);
  const seconds = Number(process.argv[3] ?? 10);
  const folder = mkdtempSync(join(tmpdir(), 'loadstar-open-'));
  chmodSync(folder, 0o755);
  const port = 18_000 + (process.pid % 10_000);
  const conf = join(folder, 'nginx.conf');
  writeFileSync(
    conf,
    `daemon off; worker_processes 1; pid ${folder}/pid; error_log ${folder}/error.log;
     events { worker_connections 20000; }
     http { access_log off; keepalive_requests 100000000; keepalive_timeout 600s;
       client_body_temp_path ${folder}/b; proxy_temp_path ${folder}/p; fastcgi_temp_path ${folder}/f; uwsgi_temp_path ${folder}/u; scgi_temp_path ${folder}/s;
       server { listen 127.0.0.1:${port}; location / { default_type application/json; return 200 '{"user":{"name":"Ada"}}'; } } }`,
  );
  const path = `${environment()['PATH'] ?? ''}:/usr/sbin`;
  const nginx = spawn('taskset', ['-c', '0', 'nginx', '-c', conf], { stdio: 'ignore', env: { PATH: path } });
  await new Promise((resolve) => setTimeout(resolve, 500));
  try {
    if (!(await compareTimings(`http://127.0.0.1:${port}/`, rate, seconds))) process.exitCode = 1;
  } finally {
    nginx.kill('SIGTERM');
    rmSync(folder, { recursive: true, force: true });
  }
  await stall();
}

await main();
