// What the console costs its reader: bytes and time to the first paint, main thread and memory while it is live, and
// whether it stays smooth with very many names and workers. A made-up platform speaks to the built console, so that the
// figures are the page's own.
//
//   npm run bench:console                needs a build (npm run build) and Chromium
//   npm run bench:console -- many        one part of it: bundle, paint, live, memory or many
import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { launchBrowser } from '../../browser/browser.js';

const consoleFolder = 'dist/apps/console';
const serverFile = 'node_modules/.cache/loadstar/fake-server.mjs';
const children: ChildProcess[] = [];
const sleep = (ms: number) => new Promise<void>((resolve) => void setTimeout(resolve, ms));
const print = (what: string, value: string, aim: string) =>
  process.stdout.write(`  ${what.padEnd(58)} ${value.padStart(12)}   ${aim}\n`);
const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

async function serve(...options: string[]): Promise<{ url: string; end: () => void }> {
  const child = fork(serverFile, ['--port', '0', ...options], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  children.push(child);
  const { url } = await new Promise<{ url: string }>((resolve) => child.once('message', resolve as () => void));
  return { url, end: () => child.kill() };
}

interface OpenPage {
  page: Page;
  devtools: CDPSession;
}

async function open(browser: Browser, address: string): Promise<OpenPage> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  page.on('pageerror', (error) => process.stdout.write(`  error of the page: ${error.message}\n`));
  const devtools = await context.newCDPSession(page);
  await devtools.send('Performance.enable');
  await page.goto(address);
  return { page, devtools };
}

async function metric(devtools: CDPSession, name: string): Promise<number> {
  const { metrics } = await devtools.send('Performance.getMetrics');
  return metrics.find((entry) => entry.name === name)?.value ?? Number.NaN;
}

function bundle(): void {
  const files = readdirSync(consoleFolder, { recursive: true, encoding: 'utf8' }).filter((file) => /\.\w+$/.test(file));
  const sizes = files.map((file) => gzipSync(readFileSync(join(consoleFolder, file)), { level: 9 }).length);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  print('first load, all files compressed (gzip)', `${(total / 1000).toFixed(1)} kB`, 'aim: < 250 kB');
}

async function firstPaint(browser: Browser): Promise<void> {
  const server = await serve();
  const paints: number[] = [];
  const ready: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.goto(server.url);
    await page.getByTestId('start-form').waitFor();
    ready.push(await page.evaluate<number>('performance.now()'));
    const script = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? NaN";
    paints.push(await page.evaluate<number>(script));
    await context.close();
  }
  server.end();
  print('first contentful paint, empty cache, median of 5', `${median(paints).toFixed(0)} ms`, '');
  print('form ready to type in, median of 5', `${median(ready).toFixed(0)} ms`, '');
}

async function mainThread(browser: Browser): Promise<void> {
  const server = await serve('--scene', 'running', '--names', '500', '--workers', '8', '--warm', '600');
  for (const view of ['charts', 'statistics']) {
    const { page, devtools } = await open(browser, `${server.url}/#/live/${view}`);
    await page.getByTestId('tiles').waitFor();
    await sleep(3000);
    const before = [await metric(devtools, 'TaskDuration'), performance.now()] as const;
    await sleep(12_000);
    const busy = (await metric(devtools, 'TaskDuration')) - before[0];
    const share = (busy * 1000) / (performance.now() - before[1]);
    print(`main thread while live, 500 names, ${view}`, `${(share * 100).toFixed(1)} %`, 'aim: < 20 % of a core');
    await page.context().close();
  }
  server.end();
}

/** An hour of frames, as fast as they are drawn. */
async function memory(browser: Browser): Promise<void> {
  const server = await serve(
    '--scene',
    'running',
    '--names',
    '500',
    '--workers',
    '8',
    '--warm',
    '1',
    '--tick-ms',
    '25',
  );
  const { page, devtools } = await open(browser, `${server.url}/#/live/charts`);
  const elapsed = async () => {
    const text = (await page.getByTestId('elapsed').textContent()) ?? '';
    return text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  };
  const marks = [300, 900, 1800, 2700, 3600];
  const heaps: number[] = [];
  for (const mark of marks) {
    while (!((await elapsed()) >= mark)) await sleep(250);
    await devtools.send('HeapProfiler.collectGarbage');
    heaps.push((await metric(devtools, 'JSHeapUsedSize')) / 1e6);
  }
  const texts = marks.map((mark, index) => `${mark / 60} min: ${heaps[index]?.toFixed(1)} MB`);
  print('memory after an hour of 500 names, a frame a second', `${heaps.at(-1)?.toFixed(1)} MB`, 'aim: flat');
  process.stdout.write(`    ${texts.join(' · ')} (each second is kept: 0.3 MB an hour)\n`);
  await page.context().close();
  server.end();
}

const observer = `(() => { const seen = (window.longTasks = []);
  new PerformanceObserver((list) => list.getEntries().forEach((entry) => seen.push(entry.duration)))
    .observe({ type: 'longtask' }); })()`;

async function many(browser: Browser): Promise<void> {
  const server = await serve('--scene', 'running', '--names', '2000', '--workers', '200', '--warm', '900');
  const { page } = await open(browser, `${server.url}/#/live/charts`);
  await page.getByTestId('chart-users').waitFor();
  await sleep(4000);
  await page.evaluate(observer);
  const worst = async (what: string, act: () => Promise<void>) => {
    await page.evaluate('window.longTasks.length = 0');
    await act();
    await sleep(5000);
    const tasks = await page.evaluate<number[]>('window.longTasks');
    const longest = Math.max(0, ...tasks);
    print(
      `longest task, 2,000 names, 200 workers, ${what}`,
      longest < 50 ? '< 50 ms' : `${longest.toFixed(0)} ms`,
      'aim: < 100 ms',
    );
  };
  await worst('charts', () => sleep(5000));
  await worst('statistics opened', () => page.getByTestId('view-statistics').click());
  await worst('statistics scrolled', async () => {
    await page.mouse.move(700, 600);
    for (let turn = 0; turn < 30; turn += 1) await page.mouse.wheel(0, 900);
  });
  await worst('statistics sorted', () => page.getByRole('button', { name: 'Requests' }).click());
  await worst('statistics filtered', () => page.getByTestId('filter').pressSequentially('products 01'));
  await worst('workers opened and scrolled', async () => {
    await page.getByTestId('view-workers').click();
    for (let turn = 0; turn < 10; turn += 1) await page.mouse.wheel(0, 600);
  });
  await page.context().close();
  server.end();
}

mkdirSync('node_modules/.cache/loadstar', { recursive: true });
await build({
  entryPoints: ['apps/console/dev/fake-server.ts'],
  outfile: serverFile,
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  logLevel: 'error',
});
process.stdout.write(
  `The console on ${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), Node ${process.version}\n`,
);
const browser = await launchBrowser();
try {
  const parts = { bundle, paint: firstPaint, live: mainThread, memory, many };
  const wanted = process.argv.slice(2);
  for (const [name, measure] of Object.entries(parts)) {
    if (wanted.length === 0 || wanted.includes(name)) await measure(browser);
  }
} finally {
  await browser.close();
  for (const child of children) child.kill();
}
