import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AppHandle, repository, startApp } from './apps.js';
import { eventually } from './eventually.js';

/** A whole platform of real processes on loopback: target, master and workers, as a user's own would be. */
export interface Platform {
  readonly masterUrl: string;
  readonly targetUrl: string;
  readonly master: AppHandle;
  readonly target: AppHandle;
  /** Workers that were started, in order; those that have ended stay in the list. */
  readonly workers: AppHandle[];
  addWorker(env?: Record<string, string>): Promise<AppHandle>;
  /** Waits until the master counts so many workers. */
  expectWorkers(count: number): Promise<void>;
  get<T>(path: string): Promise<T>;
  stop(): Promise<void>;
}

export interface PlatformOptions {
  workers?: number;
  engines?: number;
  master?: Record<string, string>;
  target?: Record<string, string>;
  worker?: Record<string, string>;
}

const joinToken = 'test-join-token';

export async function startPlatform(options: PlatformOptions = {}): Promise<Platform> {
  const dataDir = mkdtempSync(join(tmpdir(), 'loadstar-test-'));
  const target = await startApp('target', { TARGET_PORT: '0', TARGET_LOG_REQUESTS: '0', ...options.target });
  const master = await startApp('master', {
    LOADSTAR_PORT: '0',
    LOADSTAR_JOIN_TOKEN: joinToken,
    LOADSTAR_DATA_DIR: dataDir,
    LOADSTAR_SCENARIOS_DIR: join(repository, 'scenarios'),
    LOCUST_HOST: target.url,
    ...options.master,
  });
  const workers: AppHandle[] = [];
  const get = async <T>(path: string): Promise<T> => {
    const response = await fetch(`${master.url}${path}`);
    if (!response.ok) throw new Error(`GET ${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  };
  const platform: Platform = {
    masterUrl: master.url,
    targetUrl: target.url,
    master,
    target,
    workers,
    get,
    async addWorker(env = {}) {
      const worker = await startApp(
        'worker',
        {
          LOADSTAR_MASTER_URL: master.url,
          LOADSTAR_JOIN_TOKEN: joinToken,
          LOADSTAR_WORKER_NAME: `worker-${workers.length + 1}`,
          LOADSTAR_WORKER_PORT: '0',
          LOADSTAR_WORKER_DATA_DIR: join(dataDir, 'worker'),
          LOADSTAR_ENGINES: String(options.engines ?? 1),
          ...options.worker,
          ...env,
        },
        `worker-${workers.length + 1}`,
      );
      workers.push(worker);
      return worker;
    },
    expectWorkers: (count) =>
      eventually(async () => {
        const { worker_count: seen } = await get<{ worker_count: number }>('/worker-count');
        if (seen !== count) throw new Error(`the master counts ${seen} workers, not ${count}`);
      }),
    async stop() {
      await Promise.all(workers.map((worker) => worker.end()));
      await Promise.all([master.end(), target.end()]);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
  await Promise.all(Array.from({ length: options.workers ?? 2 }, () => platform.addWorker()));
  await platform.expectWorkers(options.workers ?? 2);
  return platform;
}
