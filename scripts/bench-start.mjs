// What a stranger waits for: a fresh clone with an empty home, `npm ci`, `npm start`, the first page, and the README's
// curl lines as printed. Prints the times; asserts nothing about them, only that everything works.
//
//   npm run bench:start            uses the ports of the README, which must be free
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { usageOf } from './usage.mjs';

if (process.argv.includes('--help')) {
  process.stdout.write(`${usageOf(import.meta.filename)}\n`);
  process.exit(0);
}

const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'loadstar-stranger-'));
const clone = join(folder, 'loadstar');
const home = join(folder, 'home');
const env = { PATH: process.env.PATH, HOME: home, LANG: 'C.UTF-8', ...registrySettings() };

const seconds = (sinceMs) => ((performance.now() - sinceMs) / 1000).toFixed(1);
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// A machine behind its own registry or certificate says so in its npm settings; a stranger's machine has none.
function registrySettings() {
  const names = ['registry', 'cafile', 'proxy', 'https-proxy'];
  const settings = {};
  for (const name of names) {
    const value = execFileSync('npm', ['config', 'get', name], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
    if (value !== 'null' && value !== 'undefined') settings[`npm_config_${name.replaceAll('-', '_')}`] = value;
  }
  return settings;
}

async function untilAnswers(url) {
  for (let tries = 0; tries < 1200; tries++) {
    try {
      const response = await fetch(url);
      if (response.ok) return await response.text();
    } catch {
      // Not listening yet.
    }
    await sleep(50);
  }
  throw new Error(`${url} did not answer within a minute`);
}

function readmeCurlLines() {
  const lines = readFileSync(join(clone, 'README.md'), 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('curl ') && !line.endsWith('\\'));
  const wanted = ['/swarm', '/stats/requests', '/stop'];
  return wanted.map((path) => lines.find((line) => line.includes(path)));
}

function check(condition, what) {
  if (!condition) throw new Error(`It does not hold that ${what}`);
  process.stdout.write(`  ✔ ${what}\n`);
}

let platform;
// npm, the supervisor and nothing else: the apps have groups of their own, as they would under a terminal.
const signalGroup = (signal) => process.kill(-Number(platform.pid), signal);
try {
  execFileSync('git', ['clone', '--quiet', root, clone]);
  execFileSync('mkdir', ['-p', home]);

  let startedMs = performance.now();
  execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: clone, env, stdio: ['ignore', 'ignore', 'inherit'] });
  const installSeconds = seconds(startedMs);

  startedMs = performance.now();
  platform = spawn('npm', ['start'], { cwd: clone, env, stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  let log = '';
  platform.stdout.on('data', (chunk) => (log += chunk));
  const page = await untilAnswers('http://localhost:8089/');
  const pageSeconds = seconds(startedMs);
  while (!log.includes('Ready:')) await sleep(50);
  const readySeconds = seconds(startedMs);

  check(page.includes('<title>'), 'the first page is the console');
  const [swarm, stats, stop] = readmeCurlLines();
  const shell = (line) => JSON.parse(execFileSync('bash', ['-c', `${line} --silent`], { encoding: 'utf8' }));
  check(shell(swarm).success === true, swarm);
  await sleep(4000);
  check(shell(stats).user_count > 0, stats);
  check(shell(stats).stats.at(-1).num_requests > 0, 'requests are counted');
  check(shell(stop).success === true, stop);

  signalGroup('SIGINT');
  await new Promise((resolve) => platform.on('exit', resolve));
  check(log.includes('All processes have ended.'), 'Ctrl-C ends everything');

  process.stdout.write(`\n${cpus().length} cores, Node ${process.version}\n`);
  process.stdout.write(`npm ci (cold cache, build included)  ${installSeconds} s\n`);
  process.stdout.write(`npm start to the first page          ${pageSeconds} s\n`);
  process.stdout.write(`npm start to all workers ready       ${readySeconds} s\n`);
} finally {
  try {
    if (platform?.exitCode === null) signalGroup('SIGKILL');
  } catch {
    // It has ended by itself.
  }
  rmSync(folder, { recursive: true, force: true });
}
