// What a platform costs that nobody uses: `npm start` on ports of its own, left alone, then processor time and memory of
// every process over a minute. Memory is told twice: resident (RSS), which counts what processes share once for
// each of them, and proportional (PSS), which counts it once; the sum of PSS is what the machine really gives.
//
//   npm run bench:idle               needs a build (npm run build); Linux only
//   npm run bench:idle -- --write    and writes it into docs/performance.md
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { usageOf } from './usage.mjs';

if (process.argv.includes('--help')) {
  process.stdout.write(`${usageOf(import.meta.filename)}\n`);
  process.exit(0);
}

const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'loadstar-idle-'));
const [port, targetPort] = [18_289, 18_201];
const args = process.argv.slice(2);
const isWriting = args.includes('--write');
const [settleSeconds = 30, measureSeconds = 60] = args.filter((each) => /^\d+$/.test(each)).map(Number);

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const read = (pid, file) => readFileSync(`/proc/${pid}/${file}`, 'utf8');

function descendants(pid) {
  const children = read(pid, `task/${pid}/children`).trim().split(' ').filter(Boolean).map(Number);
  return [pid, ...children.flatMap(descendants)];
}

function nameOf(pid) {
  const words = read(pid, 'cmdline').split('\0');
  const app = words.join(' ').match(/apps\/(\w+)\/src\/main|engine-main|bin\/loadstar|esbuild/)?.[0] ?? words[0];
  return { 'bin/loadstar': 'supervisor', 'engine-main': 'engine' }[app] ?? app.replace(/apps\/|\/src\/main/g, '');
}

function cpuSeconds(pid) {
  const fields = read(pid, 'stat').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function memory(pid) {
  const rollup = read(pid, 'smaps_rollup');
  const megabytes = (name) => Number(rollup.match(new RegExp(`^${name}:\\s+(\\d+)`, 'm'))[1]) / 1024;
  return { rss: megabytes('Rss'), pss: megabytes('Pss'), own: megabytes('Private_Dirty') + megabytes('Private_Clean') };
}

async function until(what) {
  for (let tries = 0; tries < 600; tries++) {
    if (await what()) return;
    await sleep(20);
  }
  throw new Error('the platform did not start');
}

function write(rows, total, pageSeconds, readySeconds) {
  const [begin, end] = ['<!-- bench:idle -->', '<!-- /bench:idle -->'];
  const text = [
    begin,
    '',
    '## A platform that nobody uses',
    '',
    `\`npm run bench:idle -- --write\`, ${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ` +
      `${availableParallelism()} cores: \`npm start\` as it is, ${measureSeconds} s from ${settleSeconds} s after all were ready on. RSS counts what`,
    'processes share once for each of them, PSS once; its sum is what the machine gives. Aims: 1 % of a core, 400 MB, the',
    `first page within 6 s. It was there after ${pageSeconds.toFixed(1)} s, all processes after ${readySeconds.toFixed(1)} s.`,
    `The aim of 1 % is ${total.cpu < 1 ? 'met' : 'missed'}: what is left are the workers’ beats, once a second, and their answers.`,
    '',
    '| process | of one core | RSS | PSS | its alone |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
    end,
  ].join('\n');
  const file = join(root, 'docs/performance.md');
  const old = readFileSync(file, 'utf8');
  const [from, to] = [old.indexOf(begin), old.indexOf(end)];
  const next = from >= 0 && to > from ? old.slice(0, from) + text + old.slice(to + end.length) : `${old}\n${text}\n`;
  writeFileSync(file, next);
}

const startedMs = performance.now();
const env = { PATH: process.env.PATH, HOME: folder, LOADSTAR_DATA_DIR: join(folder, 'master') };
// The line behind `npm start`, with its flags for Node, but without npm's own process.
const [, ...line] = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).scripts.start.split(' ');
const platform = spawn(process.execPath, [...line, '--port', String(port), '--target-port', String(targetPort)], {
  cwd: root,
  env: { ...env, LOADSTAR_WORKER_DATA_DIR: join(folder, 'worker') },
  stdio: ['ignore', 'pipe', 'inherit'],
});
try {
  let log = '';
  platform.stdout.on('data', (chunk) => (log += chunk));
  await until(() =>
    fetch(`http://127.0.0.1:${port}/`).then(
      (response) => response.ok,
      () => false,
    ),
  );
  const pageSeconds = (performance.now() - startedMs) / 1000;
  await until(() => log.includes('Ready:'));
  const readySeconds = (performance.now() - startedMs) / 1000;
  await sleep(settleSeconds * 1000);
  const pids = descendants(platform.pid).filter((pid) => readlinkSync(`/proc/${pid}/exe`) !== '');
  const before = new Map(pids.map((pid) => [pid, cpuSeconds(pid)]));
  const fromMs = performance.now();
  await sleep(measureSeconds * 1000);
  const seconds = (performance.now() - fromMs) / 1000;
  const total = { cpu: 0, rss: 0, pss: 0, own: 0 };
  const rows = [];
  const line = (name, { cpu, rss, pss, own }) => {
    rows.push(`| ${name} | ${cpu.toFixed(2)} % | ${rss.toFixed(0)} MB | ${pss.toFixed(0)} MB | ${own.toFixed(0)} MB |`);
    process.stdout.write(
      `  ${name.padEnd(14)} ${cpu.toFixed(2).padStart(8)} % ${rss.toFixed(0).padStart(8)} MB ` +
        `${pss.toFixed(0).padStart(8)} MB ${own.toFixed(0).padStart(8)} MB\n`,
    );
  };
  process.stdout.write(`\n${availableParallelism()} cores, Node ${process.version}, idle for ${settleSeconds} s\n`);
  process.stdout.write(`  ${'process'.padEnd(14)}   core of 1      RSS         PSS    its alone\n`);
  for (const pid of pids) {
    const cpu = (100 * (cpuSeconds(pid) - before.get(pid))) / seconds;
    const cost = { cpu, ...memory(pid) };
    for (const key of Object.keys(total)) total[key] += cost[key];
    line(nameOf(pid), cost);
  }
  line('in all', total);
  process.stdout.write(`  aims: under 1 % of a core and 400 MB in all\n`);
  process.stdout.write(
    `  first page after ${pageSeconds.toFixed(1)} s (aim 6), all ready after ${readySeconds.toFixed(1)} s\n`,
  );
  if (isWriting) write(rows, total, pageSeconds, readySeconds);
} finally {
  platform.kill('SIGTERM');
  await new Promise((resolve) => platform.once('exit', resolve));
  rmSync(folder, { recursive: true, force: true });
}
