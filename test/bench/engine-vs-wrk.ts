/**
 * How much CPU a request of a scripted user costs beside one of wrk, in the same minute on the same machine. nginx is
 * pinned to core 0, the generator to core 1; the whole CPU of the generator's process counts, start-up included.
 *
 *   npx esbuild test/bench/engine-vs-wrk.ts --bundle --platform=node --format=esm --packages=external \
 *     --outfile=dist/bench/engine-vs-wrk.mjs
 *   node dist/bench/engine-vs-wrk.mjs [seconds a run, default 4] [rounds, default 5] [users, default 64]
 *
 * Each line: median CPU microseconds a request of wrk and of ours, and the median of wrk/ours over pairs of runs made
 * right after each other (1 = as cheap as wrk). Needs nginx, wrk, taskset and two cores.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Engine, HttpEngine, RunRecorder } from '@loadstar/engine';
import { HttpUser, readScenario } from '@loadstar/scenario';
import { environment, type RunPlan, silentLogger, systemClock } from '@loadstar/shared';
import { outcomes, type RunStats } from '@loadstar/stats';

type Mode = 'client' | 'user' | 'json' | 'fresh' | 'large';
const modes: readonly {
  readonly mode: Mode;
  readonly what: string;
  readonly path: string;
  readonly wrk: readonly string[];
}[] = [
  { mode: 'client', what: 'GET, client alone', path: '/', wrk: [] },
  { mode: 'user', what: 'GET, scripted user, one check', path: '/', wrk: [] },
  { mode: 'json', what: 'POST JSON, answer decoded', path: '/json', wrk: ['-s', 'post.lua'] },
  { mode: 'fresh', what: 'GET, new connection each', path: '/', wrk: ['-H', 'Connection: close'] },
  { mode: 'large', what: 'GET 100 kB, kept', path: '/large.txt', wrk: [] },
];

interface Result {
  readonly requests: number;
  readonly cpuUs: number;
}

class Bench extends HttpUser {
  static mode: Mode = 'user';
  static override tasks = { once: 1 };

  async once(): Promise<void> {
    if (Bench.mode === 'json') {
      const response = await this.http.post('/json', { json: { user: this.id, name: 'user name' } });
      this.check(response, { 'has a name': (r) => r.json().user.name !== '' });
      return;
    }
    const response = await this.http.get(Bench.mode === 'large' ? '/large.txt' : '/');
    this.check(response, { 'is 200': (r) => r.status === 200 });
  }
}
/** The generator's process: runs one mode and prints what it cost. */
async function generate(mode: Mode, url: string, seconds: number, users: number): Promise<void> {
  const stats =
    mode === 'client' || mode === 'fresh'
      ? await runClient(mode, url, seconds, users)
      : await runUsers(mode, url, seconds, users);
  let requests = 0;
  for (const series of stats.allSeries()) {
    series.counts.forEach((count, index) => {
      requests += count;
      if (count > 0 && outcomes[index] !== 'ok') process.stderr.write(`${count} x ${outcomes[index]}\n`);
    });
  }
  const { user, system } = process.cpuUsage();
  process.stdout.write(JSON.stringify({ requests, cpuUs: user + system } satisfies Result));
}

async function runClient(mode: Mode, url: string, seconds: number, users: number): Promise<RunStats> {
  const recorder = new RunRecorder(systemClock);
  const engine = new HttpEngine({ clock: systemClock, limits: { allowedTargets: [] } });
  const forClass = recorder.forClass('Bench');
  const endMs = systemClock.nowMs() + seconds * 1000;
  const user = async (): Promise<void> => {
    const http = engine.client(url, forClass, { keepAlive: mode !== 'fresh' });
    while (systemClock.nowMs() < endMs) await http.get('/');
  };
  await Promise.all(Array.from({ length: users }, user));
  engine.close();
  return recorder.stats;
}

async function runUsers(mode: Mode, url: string, seconds: number, users: number): Promise<RunStats> {
  Bench.mode = mode;
  const plan: RunPlan = {
    runId: 'bench',
    scenario: 'bench',
    bundleHash: '',
    host: url,
    seed: '1',
    load: { kind: 'users', users, spawnRate: 1_000, runTimeMs: seconds * 1000 },
    userClasses: [],
    classWeights: {},
    stopTimeoutMs: 1_000,
    identify: false,
    limits: { maxUsers: users, allowedTargets: [] },
  };
  const http = new HttpEngine({ clock: systemClock, limits: plan.limits });
  const engine = new Engine({
    definition: readScenario({ Bench }),
    plan,
    clock: systemClock,
    logger: silentLogger,
    clients: (recorder) => ({ client: (baseUrl) => http.client(baseUrl, recorder) }),
    health: () => ({
      cpuPercent: 0,
      rssBytes: 0,
      loopLagMs: 0,
      loopUtilisation: 0,
      errorBoundMs: 0,
      scheduleLagMs: 0,
      engines: 1,
    }),
    onStatus: () => http.flush(),
  });
  engine.start({ share: { index: 0, of: 1 }, inMs: 0, elapsedMs: 0, changes: [], data: undefined });
  await engine.done;
  http.close();
  return engine.recorder.stats;
}

function runOurs(mode: Mode, url: string, seconds: number, users: number): number {
  const self = fileURLToPath(import.meta.url);
  const args = ['-c', '1', process.execPath, self, 'generate', mode, url, String(seconds), String(users)];
  const { stdout, stderr } = spawnSync('taskset', args, { encoding: 'utf8' });
  if (stderr !== '') process.stderr.write(stderr);
  const { requests, cpuUs } = JSON.parse(stdout) as Result;
  return cpuUs / requests;
}

function runWrk(url: string, more: readonly string[], folder: string, seconds: number, users: number): number {
  const command = ['wrk', '-t1', `-c${users}`, `-d${seconds}s`, ...more.map((word) => `'${word}'`), url].join(' ');
  const script = `TIMEFORMAT='cpu %U %S'; time taskset -c 1 ${command}`;
  const { stdout, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8', cwd: folder });
  const requests = Number(/(\d+) requests in/.exec(stdout)?.[1]);
  const [, user, system] = /cpu ([\d.]+) ([\d.]+)/.exec(stderr) ?? [];
  return ((Number(user) + Number(system)) * 1e6) / requests;
}

async function compare(seconds: number, rounds: number, users: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'loadstar-bench-'));
  const port = await freePort();
  startNginx(folder, port);
  const only = environment()['LOADSTAR_BENCH_MODES']?.split(',');
  try {
    for (const { mode, what, path, wrk } of modes) {
      if (only && !only.includes(mode)) continue;
      const url = `http://127.0.0.1:${port}`;
      const theirs: number[] = [];
      const ours: number[] = [];
      for (let round = 0; round < rounds; round++) {
        theirs.push(runWrk(url + path, wrk, folder, seconds, users));
        ours.push(runOurs(mode, url, seconds, users));
      }
      const ratios = ours.map((us, round) => (theirs[round] ?? NaN) / us);
      const spread = ratios.map((ratio) => ratio.toFixed(2)).join(' ');
      const line = `wrk ${median(theirs).toFixed(1)} us  ours ${median(ours).toFixed(1)} us  ratio ${median(ratios).toFixed(2)}  (${spread})`;
      process.stdout.write(`${what.padEnd(32)}${line}\n`);
    }
  } finally {
    spawnSync('nginx', ['-c', join(folder, 'nginx.conf'), '-s', 'stop']);
    rmSync(folder, { recursive: true, force: true });
  }
}

function startNginx(folder: string, port: number): void {
  // nginx's worker runs as another user when this runs as root.
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, 'files'));
  writeFileSync(join(folder, 'files', 'large.txt'), 'loadstar 100 kB\n'.repeat(6_400));
  writeFileSync(
    join(folder, 'post.lua'),
    'wrk.method = "POST"\nwrk.body = \'{"user":1,"name":"user name"}\'\nwrk.headers["Content-Type"] = "application/json"\n',
  );
  writeFileSync(
    join(folder, 'nginx.conf'),
    `worker_processes 1; pid ${folder}/nginx.pid; error_log ${folder}/error.log; worker_rlimit_nofile 20000;
events { worker_connections 10000; }
http { access_log off; keepalive_requests 1000000000; default_type application/json; open_file_cache max=10;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
  server { listen 127.0.0.1:${port} backlog=4096; root ${folder}/files;
    location = / { return 200 '{"id":1,"name":"user name"}'; }
    location = /json { return 200 '{"ok":true,"user":{"id":1,"name":"user name"}}'; } } }
`,
  );
  const { status, stderr } = spawnSync('taskset', ['-c', '0', 'nginx', '-c', join(folder, 'nginx.conf')], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`nginx did not start: ${stderr}`);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}

const [command, ...rest] = process.argv.slice(2);
if (command === 'generate') {
  const [mode, url, seconds, users] = rest;
  await generate(mode as Mode, url ?? '', Number(seconds), Number(users));
} else {
  await compare(Number(command ?? 4), Number(rest[0] ?? 5), Number(rest[1] ?? 64));
}
