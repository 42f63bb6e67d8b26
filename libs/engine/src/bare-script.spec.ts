// The engine is a library: a script of a few lines runs load with it, without Nest, a master or even a node_modules folder.
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bundleForNode, CountingServer } from './process/testing/built-engine.js';

const script = `
  import { Engine, HttpEngine } from '../../index.ts';
  import { HttpUser, constant, readScenario } from '@loadstar/scenario';
  import { silentLogger, systemClock } from '@loadstar/shared';

  class Reader extends HttpUser {
    static tasks = { list: 1 };
    waitTime = constant(0.01);
    async list() { await this.http.get('/users'); }
  }
  const limits = { maxUsers: 100, allowedTargets: [] };
  const http = new HttpEngine({ clock: systemClock, limits });
  const engine = new Engine({
    definition: readScenario({ Reader }),
    plan: {
      runId: 'bare', scenario: 'script', bundleHash: '', host: process.argv[2], seed: '1', userClasses: [], classWeights: {},
      load: { kind: 'users', users: 5, spawnRate: 100, runTimeMs: undefined }, stopTimeoutMs: 20_000, identify: false, limits,
    },
    clock: systemClock,
    logger: silentLogger,
    clients: (recorder) => ({ client: (baseUrl) => http.client(baseUrl, recorder) }),
    health: () => ({ cpuPercent: 0, rssBytes: 0, loopLagMs: 0, loopUtilisation: 0, errorBoundMs: 0, scheduleLagMs: 0, engines: 1 }),
    onStatus: () => http.flush(),
  });
  engine.start({ share: { index: 0, of: 1 }, inMs: 0, elapsedMs: 0, changes: [], data: undefined });
  const look = setInterval(() => {
    if ([...engine.recorder.stats.allSeries()].every(({ requests }) => requests < 20)) return;
    clearInterval(look);
    void engine.stop(20_000, 'that is enough');
  }, 10);
  await engine.done;
  const [series] = engine.recorder.stats.allSeries();
  console.log(JSON.stringify({ requests: series.requests, failures: series.failures }));
`;

it('runs from a bare script, with not one module of Nest in it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'loadstar-bare-'));
  const server = await CountingServer.create();
  try {
    const file = join(folder, 'script.mjs');
    const modules = await bundleForNode({ text: script }, file);
    expect(modules.filter((module) => /@nestjs|socket\.io|apps\//.test(module))).toEqual([]);
    expect(modules.some((module) => module.endsWith('run/engine.ts'))).toBe(true);
    const { stdout } = await promisify(execFile)(process.execPath, [file, server.url], { cwd: folder, env: {} });
    expect(JSON.parse(stdout)).toEqual({ requests: server.requests, failures: 0 });
    expect(server.requests).toBeGreaterThanOrEqual(20);
  } finally {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  }
}, 60_000);
