/**
 * Real runs of the same thing against the sample target, each with processes of its own, stored as JSON: what comparisons
 * must not tell apart. And a real search for a capacity that is known, because the target has a limit.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { calmly, patience } from '../harness/disturbance.js';

const root = process.cwd();

async function startTarget(env: Record<string, string>): Promise<{ url: string; child: ChildProcess }> {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [join(root, 'dist/apps/target/src/main.js')], {
    env: { PATH, HOME, TARGET_PORT: '0', TARGET_LOG_REQUESTS: '0', LOADSTAR_LOG_LEVEL: 'error', ...env },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const [message] = (await once(child, 'message')) as [{ kind: string; url?: string }];
  if (message.kind !== 'ready' || message.url === undefined) throw new Error('the target did not start; npm run build');
  return { url: message.url, child };
}

function loadstar(args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [join(root, 'bin/loadstar.js'), ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return new Promise((resolve) => child.on('close', (code) => resolve(code ?? -1)));
}

const shop = `import { HttpUser, constant, task } from 'loadstar';
export class Shopper extends HttpUser {
  override waitTime = constant(0.02);
  @task(5) async list() { await this.http.get('/users?delay_ms=8-20', { name: '/users' }); }
  @task(3) async one() { await this.http.get('/users/1?delay_ms=4-12', { name: '/users/[id]' }); }
  @task(1) async welcome() { await this.http.get('/?delay_ms=20-40', { name: '/' }); }
}
`;

/** Cores that others may have had during a run, on average: what disturbs a run is a difference that is really there. */
const foreignMost = 0.1;

async function endTarget(child: ChildProcess): Promise<void> {
  const closed = once(child, 'close');
  child.kill();
  await closed;
}

/**
 * Runs the same load again and again, with a new target each time. A run during which others needed the machine is not
 * kept, whatever its numbers are; at most as many are made in vain as are asked for.
 * @param folder that the runs are added to
 * @returns every stored run in the folder
 */
export async function realRuns(folder: string, count: number, seconds: number): Promise<string[]> {
  mkdirSync(folder, { recursive: true });
  const scenario = join(folder, 'shop.ts');
  writeFileSync(scenario, shop);
  const stored = (): string[] => readdirSync(folder).filter((name) => name.endsWith('.json'));
  let [kept, vain] = [0, 0];
  while (kept < count && vain <= count) {
    const file = join(folder, `run-${String(stored().length + 1).padStart(3, '0')}.json`);
    const measure = async (): Promise<number> => {
      const { url, child } = await startTarget({});
      const load = ['--users', '12', '--spawn-rate', '100', '--run-time', `${seconds}s`, '--processes', '1'];
      const code = await loadstar(['run', scenario, '--host', url, ...load, '--quiet', '--json', file]);
      await endTarget(child);
      return code;
    };
    const { result: code, foreign } = await calmly(patience(0), measure);
    if (foreign <= foreignMost) kept++;
    else {
      vain++;
      rmSync(file, { force: true });
      process.stdout.write(`  a run is not kept: others had ${foreign.toFixed(2)} cores meanwhile\n`);
      continue;
    }
    if (code !== 0) process.stdout.write(`  ${file}: exit code ${code}\n`);
  }
  return stored()
    .sort()
    .map((name) => join(folder, name));
}

const search = `import { HttpUser, task, type Options } from 'loadstar';
export class Visitor extends HttpUser {
  @task() async welcome() { await this.http.get('/', { name: '/' }); }
}
export const options: Options = {
  scenarios: { peak: { executor: 'find-capacity', startRate: 50, maxRate: 1500, stepDuration: '6s', coolDown: '1s',
    preAllocatedVUs: 50, maxVUs: 100, gracefulStop: '2s' } },
  thresholds: { request_failed: ['rate<0.01'] },
};
`;

/** Looks for the capacity of a target that answers so many requests a second. @returns the file of the stored run */
export async function realSearch(folder: string, perSecond: number): Promise<string> {
  mkdirSync(folder, { recursive: true });
  const scenario = join(folder, 'capacity.ts');
  writeFileSync(scenario, search);
  const { url, child } = await startTarget({ TARGET_RATE_LIMIT: String(perSecond) });
  const file = join(folder, 'capacity.run');
  await loadstar(['run', scenario, '--host', url, '--processes', '1', '--quiet', '--json', file]);
  await endTarget(child);
  return file;
}
