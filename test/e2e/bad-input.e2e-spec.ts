import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startApp } from '../support/apps.js';
import { type Platform, startPlatform } from '../support/platform.js';
import { eventually } from '../support/eventually.js';
import { expectState, metric, readStats, stopSwarm, swarm } from '../support/swarm.js';

jest.setTimeout(300_000);

const scenarios: Record<string, string> = {
  'good.ts': `import { HttpUser, task } from 'loadstar';
    export class Good extends HttpUser { @task() async get() { await this.http.get('/'); await this.sleep(0.2); } }`,
  'does-not-compile.ts': `import { HttpUser } from 'loadstar';
    export class Broken extends HttpUser {
      oops( {
    }`,
  'throws-on-load.ts': `import { HttpUser, task } from 'loadstar';
    const settings: { path?: { value: string } } = {};
    export const path = settings.path!.value;
    export class Never extends HttpUser { @task() async get() { await this.http.get(path); } }`,
  'no-users.ts': `export const nothing = 1;`,
  'throws-on-start.ts': `import { HttpUser, task } from 'loadstar';
    export class Unlucky extends HttpUser {
      override async onStart() { throw new Error('no luck today'); }
      @task() async get() { await this.http.get('/'); }
    }`,
};

describe('bad input', () => {
  const folder = mkdtempSync(join(tmpdir(), 'loadstar-scenarios-'));
  let platform: Platform;
  beforeAll(async () => {
    for (const [name, source] of Object.entries(scenarios)) writeFileSync(join(folder, name), source);
    platform = await startPlatform({
      workers: 1,
      master: { LOADSTAR_SCENARIOS_DIR: folder, LOADSTAR_SCENARIO: 'good.ts' },
    });
  });
  afterAll(async () => {
    await platform?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const good = () => ({ user_count: 1, spawn_rate: 1, host: platform.targetUrl, scenario: 'good.ts' });

  it.each([
    ['an unknown scenario', { scenario: 'nowhere.ts' }, /nowhere\.ts.*good\.ts|no scenario "nowhere\.ts"/],
    ['a negative user count', { user_count: -1 }, /user_count|users/i],
    ['an absurd user count', { user_count: 1e9 }, /1000000000.*ceiling/],
    ['a user count in letters', { user_count: 'x' }, /user_count/],
    ['a spawn rate of zero', { spawn_rate: 0 }, /spawn_rate/],
    ['a host without a scheme', { host: 'localhost:5001' }, /localhost:5001/],
    ['a metadata address', { host: 'http://169.254.169.254' }, /169\.254\.169\.254/],
    ['a run time in words', { run_time: 'soon' }, /Valid run_time formats are/],
    ['a scenario that does not compile', { scenario: 'does-not-compile.ts' }, /does-not-compile\.ts:\d+/],
    ['a scenario that throws while loading', { scenario: 'throws-on-load.ts' }, /throws-on-load\.ts:3/],
    ['a scenario without users', { scenario: 'no-users.ts' }, /user class/i],
  ])('refuses %s in words and starts nothing', async (_what, change, words) => {
    const before = await metric(platform.targetUrl, 'app_requests_total');
    const answer = await swarm(platform.masterUrl, { ...good(), ...change });
    expect(answer.success).toBe(false);
    expect(answer.message).toMatch(words);
    const stats = await readStats(platform.masterUrl);
    expect(['ready', 'stopped']).toContain(stats.state);
    expect(stats.user_count).toBe(0);
    expect(await metric(platform.targetUrl, 'app_requests_total')).toBe(before);
  });

  it('answers bad input on /api/v1 with a problem document that names each field', async () => {
    const response = await fetch(`${platform.masterUrl}/api/v1/runs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ users: 'many', spawnRate: -1, colour: 'red' }),
    });
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toMatch('application/problem+json');
    const problem = (await response.json()) as { code: string; errors: { field: string }[] };
    expect(problem.code).toBe('INVALID_INPUT');
    expect(new Set(problem.errors.map(({ field }) => field))).toEqual(new Set(['colour', 'spawnRate', 'users']));
  });

  it('shows an exception of onStart with its line, and lives on', async () => {
    const answer = await swarm(platform.masterUrl, { ...good(), scenario: 'throws-on-start.ts' });
    expect(answer.success).toBe(true);
    await eventually(async () => {
      const { exceptions } = await platform.get<{ exceptions: { msg: string; traceback: string }[] }>('/exceptions');
      expect(exceptions[0]?.msg).toContain('no luck today');
      expect(exceptions[0]?.traceback).toContain('throws-on-start.ts:3');
    });
    await stopSwarm(platform.masterUrl);
    expect((await swarm(platform.masterUrl, good())).success).toBe(true);
    await expectState(platform.masterUrl, 'running');
    await stopSwarm(platform.masterUrl);
  });

  it.each([['a wrong join token', { LOADSTAR_JOIN_TOKEN: 'wrong' }, /join token/i]])(
    'refuses a worker with %s, in words, with an exit code',
    async (_what, env, words) => {
      const worker = await startApp('worker', {
        LOADSTAR_MASTER_URL: platform.masterUrl,
        LOADSTAR_WORKER_PORT: '0',
        LOADSTAR_WORKER_NAME: 'stranger',
        ...env,
      }).catch((error: Error) => error);
      const { code, log } =
        worker instanceof Error
          ? { code: 2, log: worker.message }
          : await new Promise<{ code: number | null; log: string }>((resolve) => {
              worker.process.on('close', (code) => resolve({ code, log: worker.log() }));
            });
      expect(code).toBe(2);
      expect(log).toMatch(words);
      await platform.expectWorkers(1);
    },
  );
});
