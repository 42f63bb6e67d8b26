/**
 * The queue: many runs with priorities, one of them called off, through the death of the master and of Redis. Every run
 * has its turn once, in the order of priority and age.
 *
 * Seen red: the first runs of it found that a run whose master died while it was being prepared failed under the next one,
 * because its worker had let go of the engines. Without an append-only file, and without `RunQueue.repair`, which brings jobs
 * back from the records, 42 of the 200 never had their turn. With priorities the other way round the order is wrong.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newId, type RunView, SeededRandom } from '@loadstar/shared';
import { TestRedis } from '../support/redis-server.js';
import { type AppHandle, startApp } from '../support/apps.js';
import { eventually, pause } from '../support/eventually.js';
import type { WitnessAccount } from '../support/fault/identity.js';

jest.setTimeout(900_000);

const joinToken = 'queue-test-token';
const isOver = ({ state }: RunView): boolean => ['finished', 'failed', 'aborted'].includes(state);

interface Case {
  readonly name: string;
  readonly runs: number;
  readonly withRedis: boolean;
}

it.each<Case>([
  { name: 'on Redis', runs: 200, withRedis: true },
  { name: 'in the master', runs: 40, withRedis: false },
])('queue $name: $runs runs have their turns in order, each once, whoever dies meanwhile', async (given) => {
  const seed = process.env['FAULT_SEED'] ?? newId(6);
  const random = new SeededRandom(`queue/${seed}`);
  process.stdout.write(`fault test queue ${given.name}: FAULT_SEED=${seed}\n`);
  const folder = mkdtempSync(join(tmpdir(), 'loadstar-queue-'));
  const redis = given.withRedis ? await TestRedis.start() : undefined;
  const apps: AppHandle[] = [];
  const start = async (app: 'master' | 'worker' | 'target', env: Record<string, string>): Promise<AppHandle> => {
    const handle = await startApp(app, { LOADSTAR_JOIN_TOKEN: joinToken, ...env });
    apps.push(handle);
    return handle;
  };
  try {
    const target = await start('target', { TARGET_PORT: '0', TARGET_LOG_REQUESTS: '0', TARGET_WITNESS: '1' });
    const startMaster = (port: string): Promise<AppHandle> =>
      start('master', {
        LOADSTAR_PORT: port,
        LOADSTAR_DATA_DIR: folder,
        LOADSTAR_SCENARIOS_DIR: join(__dirname, 'scenarios'),
        LOADSTAR_SCENARIO: 'steady.ts',
        LOADSTAR_IDENTIFY: '1',
        LOCUST_HOST: target.url,
        ...(redis ? { REDIS_URL: redis.url } : {}),
      });
    let master = await startMaster('0');
    const { url } = master;
    const call = async <T>(method: string, path: string, body?: object): Promise<T> => {
      const response = await fetch(`${url}/api/v1/${path}`, {
        method,
        ...(body ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) } : {}),
      });
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
      return (await response.json()) as T;
    };
    const list = (): Promise<RunView[]> => eventually(() => call<RunView[]>('GET', 'runs'), 30_000);
    const seenOf = async (id: string): Promise<Partial<WitnessAccount>> =>
      (await (await fetch(`${target.url}/witness/${id}`)).json()) as Partial<WitnessAccount>;
    // The witness remembers the latest 64 runs, so it is asked as they end, and once more in the end.
    const witnessed = new Map<string, Partial<WitnessAccount>>();
    const over = async (count: number): Promise<void> => {
      await eventually(
        async () => {
          const all = await list();
          for (const { id } of all.filter(({ state }) => state === 'finished')) {
            if (!witnessed.has(id)) witnessed.set(id, await seenOf(id));
          }
          const ended = all.filter(isOver).length;
          if (ended < count) throw new Error(`${ended} of ${count} are over`);
        },
        600_000,
        250,
      );
    };

    // Nobody is there to run anything, so all of them wait.
    const asked: { id: string; priority: number }[] = [];
    for (let k = 0; k < given.runs; k++) {
      const priority = Math.floor(random.between(-2, 3));
      const body = { users: 2, spawnRate: 100, runTimeSeconds: 0.2, queue: { priority } };
      asked.push({ id: (await call<RunView>('POST', 'runs', body)).id, priority });
    }
    const [calledOff] = asked.splice(Math.floor(random.between(0, asked.length)), 1);
    await call('POST', `runs/${calledOff?.id}/stop`);
    const expected = asked.map((run, age) => ({ ...run, age }));
    expected.sort((a, b) => b.priority - a.priority || a.age - b.age);

    await start('worker', {
      LOADSTAR_MASTER_URL: url,
      LOADSTAR_WORKER_PORT: '0',
      LOADSTAR_WORKER_DATA_DIR: join(folder, 'worker'),
      LOADSTAR_ENGINES: '1',
    });
    await over(Math.floor(random.between(0.2, 0.3) * given.runs));
    await pause(random.between(0, 1_000));
    await master.end('SIGKILL');
    master = await startMaster(new URL(url).port);
    if (redis) {
      await over(Math.floor(random.between(0.5, 0.6) * given.runs));
      await pause(random.between(0, 1_000));
      await redis.kill();
      await pause(2_000);
      await redis.start();
      // Both at once: what is on disk is all that is left.
      await over(Math.floor(random.between(0.7, 0.8) * given.runs));
      await Promise.all([master.end('SIGKILL'), redis.kill()]);
      await redis.start();
      master = await startMaster(new URL(url).port);
    }
    await over(given.runs);

    const runs = await list();
    expect(runs).toHaveLength(given.runs);
    const inState = (wanted: RunView['state']): RunView[] => runs.filter(({ state }) => state === wanted);
    expect(inState('aborted').map(({ id }) => id)).toEqual([calledOff?.id]);
    expect(inState('failed')).toEqual([]);
    const done = inState('finished').toSorted((a, b) => ((a.startedAt ?? '') < (b.startedAt ?? '') ? -1 : 1));
    expect(done.map(({ id }) => id)).toEqual(expected.map(({ id }) => id));
    let total = 0;
    for (const { id } of done) {
      const { workers = [] } = witnessed.get(id) ?? {};
      const { workers: again = workers } = await seenOf(id);
      expect(again).toEqual(workers);
      const { total: counted } = await call<{ total: { requests: number } }>('GET', `runs/${id}/summary`);
      // Twice would show as two engines, or as numbers that differ.
      expect(workers.length).toBeLessThanOrEqual(1);
      const arrived = workers.reduce((sum, { distinct }) => sum + distinct, 0);
      expect({ id, arrived }).toEqual({ id, arrived: counted.requests });
      total += arrived;
    }
    expect((await seenOf(calledOff?.id ?? '')).workers ?? []).toEqual([]);
    process.stdout.write(`  ${done.length} runs in order, ${total} requests arrived and counted\n`);
  } finally {
    const alive = apps.filter(({ process }) => process.exitCode === null && process.signalCode === null);
    await Promise.all(alive.map((app) => app.end('SIGKILL')));
    await redis?.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
