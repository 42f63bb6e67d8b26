import { loadstar } from '../support/command.js';
import { eventually } from '../support/eventually.js';
import {
  expectUsers,
  type LocustStats,
  metric,
  readStats,
  rowsOf,
  stopSwarm,
  swarm,
  totalOf,
} from '../support/swarm.js';
import {
  addressOf,
  change,
  choosePorts,
  compose,
  type Container,
  containers,
  crash,
  docker,
  figure,
  healthy,
  memory,
  one,
  pause,
  remains,
  scriptIn,
  serviceOf,
  settings,
} from './stack.js';

jest.setTimeout(600_000);

const mebibyte = 1 << 20;
const all = ['master', 'worker', 'target', 'redis', 'postgres', 'prometheus', 'alertmanager', 'grafana'];
all.push('node-exporter', 'cadvisor');

/** The tests build on each other: one stack, started once, broken piece by piece, and taken down at the end. */
describe('docker compose up', () => {
  let master: string;
  let target: string;
  let prometheus: string;
  let grafana: string;

  const get = async <T>(url: string): Promise<T> => (await (await fetch(url)).json()) as T;
  const workers = async (): Promise<number> => (await get<{ workersReady: number }>(`${master}/health`)).workersReady;
  const expectWorkers = (count: number) => eventually(async () => expect(await workers()).toBe(count), 60_000, 500);
  const findAddresses = async (): Promise<void> => {
    master = await addressOf('master', 8089);
    target = await addressOf('target', 5000);
    prometheus = await addressOf('prometheus', 9090);
    grafana = await addressOf('grafana', 3000);
  };
  const seenByTarget = () => metric(target, 'app_requests_total');
  const counted = (stats: LocustStats): number => rowsOf(stats).reduce((sum, row) => sum + row.num_requests, 0);
  const startSwarm = async (users: number): Promise<void> => {
    expect(await swarm(master, { user_count: users, spawn_rate: 25 })).toMatchObject({ success: true });
    await expectUsers(master, users);
  };

  beforeAll(async () => {
    const engine = await docker(['version', '--format', '{{.Server.Version}}']);
    if (engine.code !== 0) throw new Error(`This test needs a container engine. docker says: ${engine.stderr.trim()}`);
    await choosePorts();
    await compose('down', '-v', '--remove-orphans');
    const startedMs = performance.now();
    await compose('build');
    const builtMs = performance.now();
    await compose('up', '-d', '--wait', '--wait-timeout', '180');
    const seconds = (ms: number): string => (ms / 1000).toFixed(0);
    figure(`built in ${seconds(builtMs - startedMs)} s, up and healthy in ${seconds(performance.now() - builtMs)} s`);
    await findAddresses();
  });
  afterAll(async () => {
    await compose('down', '-v', '--remove-orphans', '--timeout', '2');
  });

  // It takes minutes, and a runner prints nothing before the end of the file.
  const beganMs = performance.now();
  beforeEach(() => {
    const seconds = ((performance.now() - beganMs) / 1000).toFixed(0).padStart(4);
    figure(`${seconds} s: ${expect.getState().currentTestName?.replace('docker compose up ', '') ?? ''}`);
  });

  it('starts every service healthy, and leaves room within 4 GiB with four workers', async () => {
    const running = (await containers()).filter(({ State }) => State.Status === 'running');
    expect(new Set(running.map(serviceOf))).toEqual(new Set(all));
    expect(running.filter(({ State }) => State.Health?.Status !== 'healthy').map(({ Name }) => Name)).toEqual([]);
    const limits = running.map(({ HostConfig }) => HostConfig.Memory / mebibyte);
    expect(Math.min(...limits)).toBeGreaterThan(0);
    const worker = (await one('worker')).HostConfig.Memory / mebibyte;
    expect(limits.reduce((sum, limit) => sum + limit, 0) + 2 * worker).toBeLessThanOrEqual(4096);
  });

  it('runs our apps without root, without capabilities, on a root file system that cannot be written', async () => {
    for (const app of ['master', 'worker', 'target']) {
      const { Config, HostConfig } = await one(app);
      expect(Config.User).toBe('1000:1000');
      expect(HostConfig).toMatchObject({ ReadonlyRootfs: true, CapDrop: ['ALL'] });
    }
  });

  it('publishes four ports on loopback, and keeps the stores from the workers', async () => {
    const running = await containers();
    const bindings = running.flatMap(({ NetworkSettings }) =>
      Object.values(NetworkSettings.Ports).flatMap((port) => port ?? []),
    );
    expect(bindings).toHaveLength(4);
    expect(new Set(bindings.map(({ HostIp }) => HostIp))).toEqual(new Set(['127.0.0.1']));
    const networks = async (service: string) => Object.keys((await one(service)).NetworkSettings.Networks);
    expect(await networks('worker')).toEqual(['loadstar-test_load']);
    expect(await networks('redis')).toEqual(['loadstar-test_store']);
    expect(await networks('postgres')).toEqual(['loadstar-test_store']);
    await expect(compose('exec', '-T', 'redis', 'redis-cli', 'get', 'x')).resolves.toContain('NOAUTH');
  });

  it('acts on every variable of .env', async () => {
    const { defaults } = await get<{ defaults: object }>(`${master}/api/v1/config`);
    expect(defaults).toEqual({ host: 'http://target:5000', users: 7, spawnRate: 3, runTimeSeconds: 600 });
    expect(await workers()).toBe(Number(settings.LOCUST_WORKERS));
    const flags = await get<{ data: Record<string, string> }>(`${prometheus}/api/v1/status/flags`);
    expect(flags.data['storage.tsdb.retention.time']).toBe(settings.PROMETHEUS_RETENTION_TIME);
    const config = await get<{ data: { yaml: string } }>(`${prometheus}/api/v1/status/config`);
    expect(config.data.yaml).toMatch(/global:\n\s+scrape_interval: 2s/);
    for (const service of all) {
      expect((await one(service)).Config.Healthcheck?.Interval).toBe(7_000_000_000);
    }
    const signIn = async (password: string): Promise<number> => {
      const authorization = `Basic ${Buffer.from(`admin:${password}`).toString('base64')}`;
      return (await fetch(`${grafana}/api/user`, { headers: { authorization } })).status;
    };
    expect(await signIn('admin')).toBe(401);
    expect(await signIn(settings.GF_SECURITY_ADMIN_PASSWORD)).toBe(200);
  });

  it('makes images of less than 250 MB, and idles in little memory', async () => {
    for (const app of ['master', 'worker', 'target']) {
      const { stdout } = await docker(['image', 'inspect', '-f', '{{.Size}}', `loadstar-${app}`]);
      figure(`image loadstar-${app}: ${(Number(stdout) / 1e6).toFixed(0)} MB`);
      expect(Number(stdout)).toBeLessThan(250e6);
    }
    await showMemory('idle');
  });

  it('passes npm run validate, letter by letter', async () => {
    const { code, stdout, stderr } = await validate();
    expect(stdout + (code === 0 ? '' : stderr)).toBe(`${verdict}\n`);
    expect(stderr).toMatch(/✔ Grafana Dashboards: \d+ dashboards, \d+ queries/);
    expect(stderr).toMatch(/✔ Alert Rules: \d+ alerts loaded/);
    expect(stderr).toMatch(/✔ Smoke Swarm: \d+ requests/);
  });

  it('takes secrets that were changed in .env, in everybody who reads them', async () => {
    change({ LOADSTAR_JOIN_TOKEN: 'another-join-token', REDIS_PASSWORD: 'ano/ther' });
    await compose('up', '-d', '--wait', '--wait-timeout', '180');
    await expectWorkers(2);
    for (const worker of await containers('worker')) {
      // Its environment is that of its start, before it read the files.
      const token = "require('fs').readFileSync('/run/loadstar/fleet/LOADSTAR_JOIN_TOKEN', 'utf8')";
      expect(await scriptIn(worker, `console.log(${token})`)).toBe('another-join-token');
    }
    const ping = 'REDISCLI_AUTH=ano/ther redis-cli ping';
    expect((await compose('exec', '-T', 'redis', 'sh', '-c', ping)).trim()).toBe('PONG');
  });

  it('keeps the folder of each worker apart from the others and over a restart', async () => {
    const mark = "process.env.LOADSTAR_WORKER_DATA_DIR + '/mark'";
    const isThere = async (worker: Container): Promise<string> =>
      scriptIn(worker, `console.log(require('fs').existsSync(${mark}))`);
    const [first, second] = (await containers('worker')) as [Container, Container];
    await scriptIn(first, `require('fs').writeFileSync(${mark}, '')`);
    await compose('restart', 'worker');
    await healthy('worker');
    expect([await isThere(first), await isThere(second)]).toEqual(['true', 'false']);
    await scriptIn(first, `require('fs').rmSync(${mark})`);
  });

  it('runs a swarm of 50 users, takes two more workers meanwhile, and counts what the target saw', async () => {
    const before = await seenByTarget();
    await startSwarm(50);
    await pause(5000);
    await compose('up', '-d', '--no-recreate', '--wait', '--scale', 'worker=4', 'worker');
    await expectWorkers(4);
    await eventually(async () => {
      const { workers: list, user_count: users } = await readStats(master);
      expect(users).toBe(50);
      expect(list.filter(({ user_count: own }) => own >= 12)).toHaveLength(4);
    }, 60_000);
    await showMemory('50 users, 4 workers');
    await eventually(async () => expect(await scrapedWorkers()).toBe(4), 30_000);
    const stats = await stopSwarm(master);
    expect(counted(stats)).toBe((await seenByTarget()) - before);
    expect(totalOf(stats).num_failures).toBe(0);
  });

  it('keeps counting exactly while stores and monitoring crash one after the other, and has them back', async () => {
    const before = await seenByTarget();
    await startSwarm(20);
    for (const service of ['redis', 'postgres', 'prometheus', 'alertmanager', 'grafana', 'node-exporter', 'cadvisor']) {
      await crash(service);
      await healthy(service);
    }
    expect(await readStats(master)).toMatchObject({ state: 'running', user_count: 20 });
    const stats = await stopSwarm(master);
    expect(counted(stats)).toBe((await seenByTarget()) - before);
  });

  it('goes on when a worker crashes, and says how many requests it may not know of', async () => {
    const before = await seenByTarget();
    await startSwarm(20);
    await pause(3000);
    await crash('worker');
    await expectWorkers(4);
    await expectUsers(master, 20);
    const stats = await stopSwarm(master);
    const [run] = await get<{ unreportedAtMost: number }[]>(`${master}/api/v1/runs`);
    const missing = (await seenByTarget()) - before - counted(stats);
    expect(missing).toBeGreaterThanOrEqual(0);
    expect(missing).toBeLessThanOrEqual(run?.unreportedAtMost ?? 0);
  });

  it('counts the failures of a target that crashes, and its recovery', async () => {
    await startSwarm(20);
    await pause(2000);
    await crash('target');
    await healthy('target');
    const failures = totalOf(await readStats(master)).num_failures;
    await eventually(async () => {
      const { num_requests, num_failures } = totalOf(await readStats(master));
      expect(num_requests - num_failures).toBeGreaterThan(0);
    });
    await pause(3000);
    const stats = await stopSwarm(master);
    expect(totalOf(stats).num_failures).toBeLessThanOrEqual(failures + 20);
    expect(totalOf(stats).num_requests).toBeGreaterThan(failures);
  });

  it('keeps a run going over the crash of its master, and its counts exact', async () => {
    const before = await seenByTarget();
    await startSwarm(20);
    await pause(3000);
    await crash('master');
    await healthy('master');
    await expectWorkers(4);
    await eventually(async () => {
      expect(await readStats(master)).toMatchObject({ state: 'running', user_count: 20 });
    }, 60_000);
    await pause(3000);
    const stats = await stopSwarm(master);
    expect(counted(stats)).toBe((await seenByTarget()) - before);
  });

  it('is brought back by docker compose start after docker compose kill, service by service, while a run goes on', async () => {
    const before = await seenByTarget();
    await startSwarm(20);
    for (const service of ['redis', 'postgres', 'prometheus', 'alertmanager', 'grafana', 'node-exporter', 'cadvisor']) {
      await compose('kill', service);
      await compose('start', service);
      await healthy(service);
    }
    await compose('kill', 'master');
    await compose('start', 'master');
    await healthy('master');
    await expectWorkers(4);
    await eventually(async () => {
      expect(await readStats(master)).toMatchObject({ state: 'running', user_count: 20 });
    }, 60_000);
    const stats = await stopSwarm(master);
    expect(counted(stats)).toBe((await seenByTarget()) - before);
  });

  it('stops in order within the drain limit', async () => {
    const startedMs = performance.now();
    await compose('stop', 'worker', 'master', 'target');
    figure(`worker, master and target stopped in ${((performance.now() - startedMs) / 1000).toFixed(1)} s`);
    for (const app of ['master', 'worker', 'target']) {
      for (const { Name, State } of await containers(app)) expect([Name, State.ExitCode]).toEqual([Name, 0]);
    }
  });

  it('leaves nothing after down -v', async () => {
    await compose('down', '-v', '--remove-orphans');
    expect(await remains()).toEqual([]);
  });

  const scrapedWorkers = async (): Promise<number> => {
    const found = await get<{ data: { result: { value: [number, string] }[] } }>(
      `${prometheus}/api/v1/query?query=${encodeURIComponent('count(up{job="worker"} == 1)')}`,
    );
    return Number(found.data.result[0]?.value[1] ?? 0);
  };

  async function showMemory(when: string): Promise<void> {
    const used = await memory();
    const sum = Object.values(used).reduce((total, each) => total + each, 0);
    const list = Object.entries(used).map(([name, amount]) => `${name} ${amount.toFixed(0)}`);
    figure(`memory ${when}: ${sum.toFixed(0)} MiB (${list.toSorted().join(', ')})`);
    expect(sum).toBeGreaterThan(0);
    expect(sum).toBeLessThan(4096);
  }

  function validate() {
    const places = Object.entries({ master, target, prometheus, grafana });
    const { PATH = '' } = process.env;
    return loadstar(
      [
        'validate',
        ...['--all', '--project', 'loadstar-test', '--grafana-password', settings.GF_SECURITY_ADMIN_PASSWORD],
        ...places.flatMap(([name, url]) => [`--${name}`, url]),
      ],
      { PATH },
    ).result;
  }
});

const verdict = `✅ Overall Status: PASS
🐳 Docker Containers: ✅ OK
🔍 Service Health: ✅ OK
🎯 Prometheus Targets: ✅ OK
📊 Custom Metrics: ✅ OK
📈 Grafana Datasources: ✅ OK

🎉 Framework is ready for load testing!`;
