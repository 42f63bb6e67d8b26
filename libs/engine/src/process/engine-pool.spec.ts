import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sleep, systemClock } from '@loadstar/shared';
import { usersLoad } from '../run/testing/virtual-run.js';
import { engineEnvironment } from './engine-process.js';
import { isFinal, PoolScene, problemOf, requestsOf, whole } from './testing/watched-pool.js';

jest.setTimeout(60_000);

let scene: PoolScene;

beforeAll(async () => {
  scene = await PoolScene.create();
});
afterEach(() => scene.closePools());
afterAll(() => scene.dispose());

const reader = `
  import { HttpUser, constant, task } from 'loadstar';
  export class Reader extends HttpUser {
    override waitTime = constant(0.02);
    @task async list() {
      const res = await this.http.get('/users');
      this.check(res, { named: (r) => r.json().name === 'x' });
    }
  }
`;

describe('EnginePool', () => {
  it('runs a scenario in two processes, and its numbers are exactly what the server saw', async () => {
    const { pool, until, snapshots } = scene.poolOf();
    const before = scene.server.requests;
    const plan = scene.runOf();
    const description = await pool.prepare({ plan, code: await scene.scenario(reader) });
    expect(description.userClasses.map(({ name }) => name)).toEqual(['Reader']);
    expect(scene.server.requests).toBe(before);
    pool.start(whole);
    const running = await until(
      (snapshot) => snapshot.header.phase === 'running' && snapshot.header.users === 10 && requestsOf(snapshot) > 20,
    );
    expect(running.header).toMatchObject({
      runId: plan.runId,
      worker: 'w',
      targetUsers: 10,
      usersByClass: { Reader: 10 },
    });
    expect(running.header.health).toMatchObject({ engines: 2 });
    await pool.stop({ graceMs: 5_000 });
    const final = snapshots.at(-1)!;
    expect(final.header).toMatchObject({ final: true, phase: 'done', reason: 'stopped', users: 0 });
    expect(requestsOf(final)).toBe(scene.server.requests - before);
    expect(requestsOf(final)).toBeGreaterThan(20);
    expect([...final.stats.checks]).toEqual([{ name: 'named', passes: requestsOf(final), failures: 0 }]);
    const [series] = [...final.stats.allSeries()];
    expect(series).toMatchObject({ started: requestsOf(final), failures: 0 });
    expect(snapshots.map(({ header }) => header.seq)).toEqual(snapshots.map((_, i) => snapshots[0]!.header.seq + i));
  });

  it('ends by itself at the run time, with setup, its data and teardown each in one place', async () => {
    const { pool, until, lines } = scene.poolOf();
    const code = await scene.scenario(`
      import { HttpUser, constant, task } from 'loadstar';
      export async function setup({ http }) {
        const res = await http.get('/setup');
        return { token: 'secret', status: res.status };
      }
      export function teardown(data) { console.log('teardown with ' + JSON.stringify(data)); }
      export class Reader extends HttpUser {
        override waitTime = constant(0.5);
        @task async list() { await this.http.get('/' + this.data.token + this.data.status, { name: '/x' }); }
      }`);
    await pool.prepare({ plan: scene.runOf({}, usersLoad(4, 100, 1_000)), code });
    const data = await pool.setup();
    expect(data).toEqual({ token: 'secret', status: 200 });
    pool.start({ ...whole, data });
    const final = await until(isFinal);
    expect(final.header.reason).toBe('run time reached');
    expect([...final.stats.allSeries()].map(({ key }) => key.name)).toEqual(['/x']);
    expect(scene.server.seen.some(({ url }) => url === '/secret200')).toBe(true);
    await pool.teardown();
    // What it printed comes by another way than its answer, and may be later.
    for (let i = 0; i < 500 && !lines.some((line) => line.includes('teardown')); i++) await sleep(systemClock, 10);
    expect(lines.filter((line) => line.includes('teardown with {"token":"secret","status":200}'))).toHaveLength(1);
  });

  it('prepares a run anew that was let go before its start, and forks nothing for one that nobody waits for', async () => {
    const { pool, until } = scene.poolOf({ engines: 1 });
    const code = await scene.scenario(reader);
    const plan = scene.runOf({}, usersLoad(2, 100, 300));
    await pool.prepare({ plan, code });
    await pool.stop({ graceMs: 0 });
    // The master that wanted it was restarted, and the next one wants the same run.
    await pool.prepare({ plan, code });
    await pool.setup();
    pool.start(whole);
    expect(requestsOf(await until(isFinal))).toBeGreaterThan(0);
    const other = scene.runOf();
    const given = problemOf(pool.prepare({ plan: other, code }));
    await pool.stop({ graceMs: 0 });
    expect((await given).code).toMatch(/RUN_NOT_ACTIVE|ENGINE_DIED/);
    await pool.prepare({ plan: other, code });
    await pool.setup();
  });

  it('leaves no process behind after a run, and none between runs', async () => {
    const { pool, until } = scene.poolOf();
    const code = await scene.scenario(`
      import { HttpUser, task } from 'loadstar';
      export class Pid extends HttpUser {
        @task async say() { await this.http.get('/pid/' + process.pid, { name: '/pid' }); await this.sleep(0.2); }
      }`);
    scene.server.seen.length = 0;
    await pool.prepare({ plan: scene.runOf({}, usersLoad(4, 100)), code });
    pool.start(whole);
    const pids = (): Set<string> =>
      new Set(scene.server.seen.flatMap(({ url }) => /^\/pid\/(\d+)$/.exec(url)?.[1] ?? []));
    await until(() => pids().size === 2);
    await pool.stop({ graceMs: 5_000 });
    await pool.close();
    expect(pids().size).toBe(2);
    for (const pid of pids()) expect(() => process.kill(Number(pid), 0)).toThrow('ESRCH');
  });

  it('keeps the numbers of an engine that dies, says so, and goes on with the others', async () => {
    const { pool, until, deaths, snapshots } = scene.poolOf();
    const code = await scene.scenario(`
      import { HttpUser, constant, task } from 'loadstar';
      export class Fragile extends HttpUser {
        override waitTime = constant(0.05);
        @task async work() {
          await this.http.get('/work');
          if (this.id === 1 && performance.now() > 2500) process.exit(7);
        }
      }`);
    await pool.prepare({ plan: scene.runOf(), code });
    pool.start(whole);
    await until(() => deaths.length > 0);
    const after = await until(({ header }) => header.users === 5);
    expect(deaths).toEqual(['exit code 7']);
    for (let i = 1; i < snapshots.length; i++) {
      expect(snapshots[i]!.stats.covers(snapshots[i - 1]!.stats)).toBe(true);
    }
    expect(after.header.phase).not.toBe('done');
    await pool.stop({ graceMs: 2_000 });
    expect(snapshots.at(-1)!.header.final).toBe(true);
  });

  it('replaces a dead engine when told to, and the replacement takes over its users', async () => {
    const { pool, until, deaths } = scene.poolOf();
    const code = await scene.scenario(`
      import { HttpUser, constant, task } from 'loadstar';
      import { existsSync, writeFileSync } from 'node:fs';
      const mark = ${JSON.stringify(scene.folder)} + '/died-once';
      export class Fragile extends HttpUser {
        override waitTime = constant(0.05);
        @task async work() {
          await this.http.get('/work');
          if (this.id !== 1 || existsSync(mark)) return;
          writeFileSync(mark, '');
          process.exit(7);
        }
      }`);
    await pool.prepare({ plan: scene.runOf(), code });
    pool.start({ ...whole, replaceDead: true });
    const restored = await until(({ header }) => deaths.length === 1 && header.users === 10);
    expect(restored.header.health.engines).toBe(2);
    await pool.stop({ graceMs: 2_000 });
  });

  it('begins nothing when an engine has died since it was prepared', async () => {
    const { pool, deaths, snapshots } = scene.poolOf();
    const code = await scene.scenario(`
      import { User, task } from 'loadstar';
      import { openSync } from 'node:fs';
      // One of the two, whichever is first.
      try { openSync(${JSON.stringify(join(scene.folder, 'one-dies'))}, 'wx'); setTimeout(() => process.exit(9), 300); } catch {}
      export class Idle extends User { @task work() {} }`);
    await pool.prepare({ plan: scene.runOf(), code });
    while (deaths.length === 0) await sleep(systemClock, 10);
    expect(() => pool.start(whole)).toThrow(expect.objectContaining({ code: 'ENGINE_DIED' }));
    expect(snapshots).toEqual([]);
  });

  it('ends the run when every engine has died', async () => {
    const { pool, until, deaths } = scene.poolOf();
    const code = await scene.scenario(`
      import { User, task } from 'loadstar';
      export class Doomed extends User { @task work() { process.exit(3); } }`);
    await pool.prepare({ plan: scene.runOf(), code });
    pool.start(whole);
    const final = await until(isFinal);
    expect(final.header.reason).toBe('every engine process has died');
    expect(deaths).toHaveLength(2);
  });

  it('is not held up by a scenario that spins, and kills it when it does not stop', async () => {
    const { pool, until, snapshots, deaths } = scene.poolOf({ engines: 1 });
    const code = await scene.scenario(`
      import { User, task } from 'loadstar';
      import { existsSync } from 'node:fs';
      const mark = ${JSON.stringify(join(scene.folder, 'spin'))};
      export class Spinner extends User {
        @task async work() { while (!existsSync(mark)) await this.sleep(0.05); for (;;); }
      }`);
    await pool.prepare({ plan: scene.runOf({}, usersLoad(1, 10)), code });
    pool.start(whole);
    const count = (await until(({ header }) => header.users === 1)).header.seq;
    writeFileSync(join(scene.folder, 'spin'), '');
    await until(({ header }) => header.seq >= count + 3);
    const startedMs = systemClock.nowMs();
    await pool.stop({ graceMs: 100 });
    expect(systemClock.nowMs() - startedMs).toBeLessThan(10_000);
    expect(snapshots.at(-1)!.header.final).toBe(true);
    expect(deaths).toEqual(['signal SIGKILL']);
  });

  it('does not wait for ever for an engine that misses the end of the run', async () => {
    const { pool, until } = scene.poolOf({ engines: 1 });
    const code = await scene.scenario(`
      import { User, task } from 'loadstar';
      export class Spinner extends User { @task async work() { await this.sleep(0.2); for (;;); } }`);
    await pool.prepare({ plan: scene.runOf({ stopTimeoutMs: 500 }, usersLoad(1, 10, 1_000)), code });
    pool.start(whole);
    expect((await until(isFinal)).header.elapsedMs).toBeGreaterThan(3_000);
  });

  it('ends the run with the reason when the engines cannot start', async () => {
    const { pool, until, deaths } = scene.poolOf();
    const code = await scene.scenario(`
      import { LoadTestShape, User, task } from 'loadstar';
      export class Idle extends User { @task work() {} }
      export class Curve extends LoadTestShape {
        limit = (() => { throw new Error('no curve today'); })();
        override tick() { return null; }
      }`);
    const plan = scene.runOf({}, { kind: 'shape', shape: 'Curve', runTimeMs: undefined });
    await pool.prepare({ plan, code });
    pool.start(whole);
    const final = await until(isFinal);
    expect(final.header.reason).toContain('no curve today');
    expect(deaths).toHaveLength(2);
  });

  it('survives scenario code that throws where nobody can catch it, and counts it', async () => {
    const { pool, until } = scene.poolOf({ engines: 1 });
    const code = await scene.scenario(`
      import { User, constant, task } from 'loadstar';
      export class Careless extends User {
        override waitTime = constant(0.3);
        @task forgets() { void Promise.reject(new Error('not awaited')); }
        @task times() { setTimeout(() => { throw new Error('in a timer'); }, 1); }
      }`);
    await pool.prepare({ plan: scene.runOf({}, usersLoad(2, 10)), code });
    pool.start(whole);
    await until(({ stats }) => [...stats.exceptions].length >= 2);
    await pool.stop({ graceMs: 1_000 });
  });

  it('maps tracebacks of exceptions to the line of the scenario', async () => {
    const { pool, until } = scene.poolOf({ engines: 1 });
    const code = await scene.scenario(
      `import { User, constant, task } from 'loadstar';\n` +
        `interface Padding { a: string }\n` +
        `export class Thrower extends User {\n` +
        `  override waitTime = constant(0.1);\n` +
        `  @task work(): void { throw new RangeError('too far'); }\n}`,
    );
    await pool.prepare({ plan: scene.runOf({}, usersLoad(1, 10)), code });
    pool.start(whole);
    const { stats } = await until((snapshot) => [...snapshot.stats.exceptions].length > 0);
    const [exception] = [...stats.exceptions];
    expect(exception).toMatchObject({ message: 'RangeError: too far' });
    expect(exception!.traceback).toMatch(/scenario\.ts:5:/);
    expect(stats.iterations.failed).toBeGreaterThan(0);
    await pool.stop({ graceMs: 1_000 });
  });

  it('surfaces an onStart that throws: exceptions are counted and users keep trying, slowly', async () => {
    const { pool, until, lines } = scene.poolOf({ engines: 1 });
    const code = await scene.scenario(`
      import { HttpUser, task } from 'loadstar';
      export class Locked extends HttpUser {
        override onStart() { throw new Error('no login'); }
        @task async work() { await this.http.get('/never'); }
      }`);
    await pool.prepare({ plan: scene.runOf({}, usersLoad(3, 100)), code });
    pool.start(whole);
    const { stats, header } = await until(
      (snapshot) => snapshot.header.elapsedMs >= 2_000 && ([...snapshot.stats.exceptions][0]?.count ?? 0) >= 3,
    );
    const [exception] = [...stats.exceptions];
    expect(exception!.message).toBe('Error: no login');
    expect(exception!.count).toBeLessThanOrEqual((3 * (header.elapsedMs + 1_000)) / 1_000);
    expect(requestsOf({ stats, header })).toBe(0);
    expect(lines.filter((line) => line.includes('onStart threw'))).toHaveLength(1);
    await pool.stop({ graceMs: 1_000 });
  });

  it('gives user code nothing of the parent’s environment that it could not be shown', async () => {
    process.env['LOADSTAR_JOIN_TOKEN'] = 'do not tell';
    const { pool } = scene.poolOf({ engines: 1 });
    const code = await scene.scenario(`
      import { User, task } from 'loadstar';
      export const setup = () => Object.keys(process.env);
      export class Spy extends User { @task work() {} }`);
    await pool.prepare({ plan: scene.runOf(), code });
    const names = (await pool.setup()) as string[];
    delete process.env['LOADSTAR_JOIN_TOKEN'];
    const passed = ['PATH', 'TZ', 'LANG', 'LC_ALL', 'TMPDIR', 'TEMP', 'TMP', 'NODE_EXTRA_CA_CERTS'];
    const nodes = ['NODE_CHANNEL_FD', 'NODE_CHANNEL_SERIALIZATION_MODE'];
    const allowed = [...passed, ...nodes, ...Object.keys(engineEnvironment)];
    expect(names.filter((name) => !allowed.includes(name))).toEqual([]);
  });

  it('marks requests so that a witness can tell engines apart', async () => {
    const { pool, until } = scene.poolOf();
    scene.server.seen.length = 0;
    const plan = scene.runOf({ identify: true }, usersLoad(4, 100, 400));
    await pool.prepare({ plan, code: await scene.scenario(reader) });
    pool.start(whole);
    const final = await until(isFinal);
    const marks = scene.server.seen.map(({ headers }) =>
      [headers['x-loadstar-worker'], headers['x-loadstar-sequence']].join('/'),
    );
    expect(scene.server.seen.every(({ headers }) => headers['x-loadstar-run'] === plan.runId)).toBe(true);
    expect(new Set(marks).size).toBe(requestsOf(final));
  });
});
