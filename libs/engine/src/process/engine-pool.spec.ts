import { LoadstarError, newId, type RunPlan, silentLogger, systemClock } from '@loadstar/shared';
import { planOf, usersLoad } from '../run/testing/virtual-run.js';
import { EnginePool, type EnginePoolOptions } from './engine-pool.js';
import type { PoolSnapshot } from './pooled-run.js';
import { BuiltEngine, CountingServer } from './testing/built-engine.js';

jest.setTimeout(60_000);

let engine: BuiltEngine;
let server: CountingServer;
const pools: EnginePool[] = [];

beforeAll(async () => {
  engine = await BuiltEngine.create();
  server = await CountingServer.create(5);
});
afterEach(() => Promise.all(pools.splice(0).map((pool) => pool.close())));
afterAll(() => Promise.all([engine.dispose(), server.close()]));

interface Watched {
  readonly pool: EnginePool;
  readonly snapshots: PoolSnapshot[];
  readonly deaths: string[];
  readonly lines: string[];
  /** Resolves with the first snapshot that fits. */
  until(fits: (snapshot: PoolSnapshot) => boolean): Promise<PoolSnapshot>;
}

function poolOf(options: Partial<EnginePoolOptions> = {}): Watched {
  const pool = new EnginePool({
    engines: 2,
    clock: systemClock,
    logger: silentLogger,
    worker: 'w',
    entry: engine.entry,
    ...options,
  });
  pools.push(pool);
  const snapshots: PoolSnapshot[] = [];
  const deaths: string[] = [];
  const lines: string[] = [];
  const waiting = new Set<(snapshot: PoolSnapshot) => void>();
  pool.onSnapshot((snapshot) => {
    snapshots.push(snapshot);
    for (const look of waiting) look(snapshot);
  });
  pool.onEngineDied((how) => deaths.push(how));
  pool.onLog((line) => lines.push(line));
  const until: Watched['until'] = (fits) =>
    new Promise((resolve) => {
      const known = snapshots.find(fits);
      if (known) resolve(known);
      const look = (snapshot: PoolSnapshot): void => {
        if (!fits(snapshot)) return;
        waiting.delete(look);
        resolve(snapshot);
      };
      waiting.add(look);
    });
  return { pool, snapshots, deaths, lines, until };
}

const runOf = (changes: Partial<RunPlan> = {}, load = usersLoad(10, 100)): RunPlan =>
  planOf(load, { runId: newId(), host: server.url, ...changes });

const whole = { share: { index: 0, of: 1 }, inMs: 50, elapsedMs: 0, data: undefined };
const isFinal = ({ header }: PoolSnapshot): boolean => header.final;
const requestsOf = ({ stats }: PoolSnapshot): number =>
  [...stats.allSeries()].reduce((sum, { requests }) => sum + requests, 0);

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

async function problemOf(promise: Promise<unknown>): Promise<LoadstarError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(LoadstarError);
  return error as LoadstarError;
}

describe('EnginePool', () => {
  it('runs a scenario in two processes, and its numbers are exactly what the server saw', async () => {
    const { pool, until, snapshots } = poolOf();
    const before = server.requests;
    const plan = runOf();
    const description = await pool.prepare({ plan, code: await engine.scenario(reader) });
    expect(description.userClasses.map(({ name }) => name)).toEqual(['Reader']);
    expect(server.requests).toBe(before);
    pool.start(whole);
    const running = await until(({ header }) => header.phase === 'running' && header.users === 10);
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
    expect(requestsOf(final)).toBe(server.requests - before);
    expect(requestsOf(final)).toBeGreaterThan(20);
    expect([...final.stats.checks]).toEqual([{ name: 'named', passes: requestsOf(final), failures: 0 }]);
    const [series] = [...final.stats.allSeries()];
    expect(series).toMatchObject({ started: requestsOf(final), failures: 0 });
    expect(snapshots.map(({ header }) => header.seq)).toEqual(snapshots.map((_, i) => snapshots[0]!.header.seq + i));
  });

  it('ends by itself at the run time, with setup, its data and teardown each in one place', async () => {
    const { pool, until, lines } = poolOf();
    const code = await engine.scenario(`
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
    await pool.prepare({ plan: runOf({}, usersLoad(4, 100, 1_000)), code });
    const data = await pool.setup();
    expect(data).toEqual({ token: 'secret', status: 200 });
    pool.start({ ...whole, data });
    const final = await until(isFinal);
    expect(final.header.reason).toBe('run time reached');
    expect([...final.stats.allSeries()].map(({ key }) => key.name)).toEqual(['/x']);
    expect(server.seen.some(({ url }) => url === '/secret200')).toBe(true);
    await pool.teardown();
    expect(lines.filter((line) => line.includes('teardown with {"token":"secret","status":200}'))).toHaveLength(1);
  });

  it('leaves no process behind after a run, and none between runs', async () => {
    const { pool, until } = poolOf();
    const code = await engine.scenario(`
      import { HttpUser, task } from 'loadstar';
      export class Pid extends HttpUser {
        @task async say() { await this.http.get('/pid/' + process.pid, { name: '/pid' }); await this.sleep(0.2); }
      }`);
    server.seen.length = 0;
    await pool.prepare({ plan: runOf({}, usersLoad(4, 100, 500)), code });
    pool.start(whole);
    await until(isFinal);
    await pool.close();
    const pids = new Set(server.seen.flatMap(({ url }) => /^\/pid\/(\d+)$/.exec(url)?.[1] ?? []));
    expect(pids.size).toBe(2);
    for (const pid of pids) expect(() => process.kill(Number(pid), 0)).toThrow('ESRCH');
  });

  it('keeps the numbers of an engine that dies, says so, and goes on with the others', async () => {
    const { pool, until, deaths, snapshots } = poolOf();
    const code = await engine.scenario(`
      import { HttpUser, constant, task } from 'loadstar';
      export class Fragile extends HttpUser {
        override waitTime = constant(0.05);
        @task async work() {
          await this.http.get('/work');
          if (this.id === 1 && performance.now() > 2500) process.exit(7);
        }
      }`);
    await pool.prepare({ plan: runOf(), code });
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
    const { pool, until, deaths } = poolOf({ restart: true });
    const code = await engine.scenario(`
      import { HttpUser, constant, task } from 'loadstar';
      import { existsSync, writeFileSync } from 'node:fs';
      const mark = ${JSON.stringify(engine.folder)} + '/died-once';
      export class Fragile extends HttpUser {
        override waitTime = constant(0.05);
        @task async work() {
          await this.http.get('/work');
          if (this.id !== 1 || existsSync(mark)) return;
          writeFileSync(mark, '');
          process.exit(7);
        }
      }`);
    await pool.prepare({ plan: runOf(), code });
    pool.start(whole);
    const restored = await until(({ header }) => deaths.length === 1 && header.users === 10);
    expect(restored.header.health.engines).toBe(2);
    await pool.stop({ graceMs: 2_000 });
  });

  it('ends the run when every engine has died', async () => {
    const { pool, until, deaths } = poolOf();
    const code = await engine.scenario(`
      import { User, task } from 'loadstar';
      export class Doomed extends User { @task work() { process.exit(3); } }`);
    await pool.prepare({ plan: runOf(), code });
    pool.start(whole);
    const final = await until(isFinal);
    expect(final.header.reason).toBe('every engine process has died');
    expect(deaths).toHaveLength(2);
  });

  it('is not held up by a scenario that spins, and kills it when it does not stop', async () => {
    const { pool, until, snapshots, deaths } = poolOf({ engines: 1 });
    const code = await engine.scenario(`
      import { User, task } from 'loadstar';
      export class Spinner extends User { @task async work() { await this.sleep(1.2); for (;;); } }`);
    await pool.prepare({ plan: runOf({}, usersLoad(1, 10)), code });
    pool.start(whole);
    const count = (await until(({ header }) => header.users === 1)).header.seq;
    await until(({ header }) => header.seq >= count + 3);
    const startedMs = systemClock.nowMs();
    await pool.stop({ graceMs: 100 });
    expect(systemClock.nowMs() - startedMs).toBeLessThan(10_000);
    expect(snapshots.at(-1)!.header.final).toBe(true);
    expect(deaths).toEqual(['signal SIGKILL']);
  });

  it('survives scenario code that throws where nobody can catch it, and counts it', async () => {
    const { pool, until } = poolOf({ engines: 1 });
    const code = await engine.scenario(`
      import { User, constant, task } from 'loadstar';
      export class Careless extends User {
        override waitTime = constant(0.3);
        @task forgets() { void Promise.reject(new Error('not awaited')); }
        @task times() { setTimeout(() => { throw new Error('in a timer'); }, 1); }
      }`);
    await pool.prepare({ plan: runOf({}, usersLoad(2, 10)), code });
    pool.start(whole);
    await until(({ stats }) => [...stats.exceptions].length >= 2);
    await pool.stop({ graceMs: 1_000 });
  });

  it('maps tracebacks of exceptions to the line of the scenario', async () => {
    const { pool, until } = poolOf({ engines: 1 });
    const code = await engine.scenario(
      `import { User, constant, task } from 'loadstar';\n` +
        `interface Padding { a: string }\n` +
        `export class Thrower extends User {\n` +
        `  override waitTime = constant(0.1);\n` +
        `  @task work(): void { throw new RangeError('too far'); }\n}`,
    );
    await pool.prepare({ plan: runOf({}, usersLoad(1, 10)), code });
    pool.start(whole);
    const { stats } = await until((snapshot) => [...snapshot.stats.exceptions].length > 0);
    const [exception] = [...stats.exceptions];
    expect(exception).toMatchObject({ message: 'RangeError: too far' });
    expect(exception!.traceback).toMatch(/scenario\.ts:5:/);
    expect(stats.iterations.failed).toBeGreaterThan(0);
    await pool.stop({ graceMs: 1_000 });
  });

  it('surfaces an onStart that throws: exceptions are counted and users keep trying, slowly', async () => {
    const { pool, until, lines } = poolOf({ engines: 1 });
    const code = await engine.scenario(`
      import { HttpUser, task } from 'loadstar';
      export class Locked extends HttpUser {
        override onStart() { throw new Error('no login'); }
        @task async work() { await this.http.get('/never'); }
      }`);
    await pool.prepare({ plan: runOf({}, usersLoad(3, 100)), code });
    pool.start(whole);
    const { stats, header } = await until(({ header: { elapsedMs } }) => elapsedMs >= 2_000);
    const [exception] = [...stats.exceptions];
    expect(exception!.message).toBe('Error: no login');
    expect(exception!.count).toBeGreaterThanOrEqual(3);
    expect(exception!.count).toBeLessThanOrEqual((3 * (header.elapsedMs + 1_000)) / 1_000);
    expect(requestsOf({ stats, header })).toBe(0);
    expect(lines.filter((line) => line.includes('onStart threw'))).toHaveLength(1);
    await pool.stop({ graceMs: 1_000 });
  });

  it('gives user code nothing of the parent’s environment that it could not be shown', async () => {
    process.env['LOADSTAR_JOIN_TOKEN'] = 'do not tell';
    const { pool } = poolOf({ engines: 1 });
    const code = await engine.scenario(`
      import { User, task } from 'loadstar';
      export const setup = () => Object.keys(process.env);
      export class Spy extends User { @task work() {} }`);
    await pool.prepare({ plan: runOf(), code });
    const names = (await pool.setup()) as string[];
    delete process.env['LOADSTAR_JOIN_TOKEN'];
    const allowed = ['PATH', 'TZ', 'LANG', 'LC_ALL', 'TMPDIR', 'TEMP', 'TMP', 'NODE_EXTRA_CA_CERTS', 'NODE_CHANNEL_FD'];
    expect(names.filter((name) => ![...allowed, 'NODE_CHANNEL_SERIALIZATION_MODE'].includes(name))).toEqual([]);
  });

  it('marks requests so that a witness can tell engines apart', async () => {
    const { pool, until } = poolOf();
    server.seen.length = 0;
    const plan = runOf({ identify: true }, usersLoad(4, 100, 400));
    await pool.prepare({ plan, code: await engine.scenario(reader) });
    pool.start(whole);
    const final = await until(isFinal);
    const marks = server.seen.map(({ headers }) => `${headers['x-loadstar-worker']}/${headers['x-loadstar-sequence']}`);
    expect(server.seen.every(({ headers }) => headers['x-loadstar-run'] === plan.runId)).toBe(true);
    expect(new Set(marks).size).toBe(requestsOf(final));
  });
});

describe('EnginePool refuses', () => {
  it('a scenario that throws while it loads, with file and line', async () => {
    const { pool } = poolOf();
    const code = await engine.scenario(`const list: string[] = [];\nexport const first = list[0]!.length;\n`);
    const error = await problemOf(pool.prepare({ plan: runOf(), code }));
    expect(error.code).toBe('SCENARIO_THREW');
    expect(error.message).toMatch(/scenario\.ts:2:/);
    expect((await problemOf(pool.inspect(code))).code).toBe('SCENARIO_THREW');
  });

  it('a scenario without a user class', async () => {
    const { pool } = poolOf();
    const error = await problemOf(pool.inspect(await engine.scenario(`export const nothing = 1;`)));
    expect(error.code).toBe('SCENARIO_INVALID');
  });

  it('a plan that names a shape or user class that the scenario does not have', async () => {
    const { pool } = poolOf();
    const code = await engine.scenario(reader);
    const shape = runOf({ load: { kind: 'shape', shape: 'Nope', runTimeMs: undefined } });
    expect((await problemOf(pool.prepare({ plan: shape, code }))).message).toContain('There is no shape "Nope"');
    const classes = runOf({ userClasses: ['Ghost'] });
    expect((await problemOf(pool.prepare({ plan: classes, code }))).message).toContain('no user class "Ghost"');
    const weights = runOf({ classWeights: { Reader: 0 } });
    expect((await problemOf(pool.prepare({ plan: weights, code }))).code).toBe('SCENARIO_INVALID');
  });

  it('a setup() that fails, or whose result cannot be sent', async () => {
    const { pool } = poolOf({ engines: 1 });
    const user = `import { User, task } from 'loadstar'; export class A extends User { @task work() {} }\n`;
    await pool.prepare({
      plan: runOf(),
      code: await engine.scenario(`${user}export const setup = () => { throw new Error('no database'); };`),
    });
    const failed = await problemOf(pool.setup());
    expect(failed.code).toBe('SETUP_FAILED');
    expect(failed.message).toMatch(/no database[^]*scenario\.ts:2:/);
    await pool.prepare({
      plan: runOf(),
      code: await engine.scenario(`${user}export const setup = () => ({ f() {} });`),
    });
    expect((await problemOf(pool.setup())).code).toBe('SETUP_FAILED');
  });

  it('a second run while one goes on', async () => {
    const { pool, until } = poolOf({ engines: 1 });
    const code = await engine.scenario(reader);
    await pool.prepare({ plan: runOf(), code });
    pool.start(whole);
    await until(() => true);
    expect((await problemOf(pool.prepare({ plan: runOf(), code }))).code).toBe('RUN_ACTIVE');
    await pool.stop({ graceMs: 1_000 });
  });
});
