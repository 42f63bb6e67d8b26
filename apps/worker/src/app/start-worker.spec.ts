// The worker as it runs, but for the engine processes: a real master's end over real sockets, real HTTP routes.
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type Bundle,
  controlServerOptions,
  FleetEndpoint,
  type FleetListener,
  type ReceivedSnapshot,
  SocketIoControlServer,
} from '@loadstar/protocol';
import {
  type LoadstarError,
  type Logger,
  readConfig,
  type RunningApp,
  type RunPlan,
  silentLogger,
  systemClock,
} from '@loadstar/shared';
import { register } from 'prom-client';
import { Server } from 'socket.io';
import { workerConfigSchema } from '../config/worker-config.js';
import { CountingRunner } from '../testing/counting-runner.js';
import { startWorker } from './start-worker.js';

const bundle: Bundle = {
  code: '',
  hash: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
};
const plan: RunPlan = {
  runId: 'run1',
  scenario: 's.ts',
  bundleHash: bundle.hash,
  host: 'http://127.0.0.1:1',
  seed: 's',
  load: { kind: 'users', users: 7, spawnRate: 1, runTimeMs: undefined },
  userClasses: [],
  classWeights: {},
  stopTimeoutMs: 0,
  identify: false,
  limits: { maxUsers: 10, allowedTargets: [] },
};

class Listener implements FleetListener {
  readonly states: string[] = [];
  readonly snapshots: ReceivedSnapshot[] = [];
  readonly lines: string[] = [];
  joined(): void {}
  leaseChanged(_link: unknown, state: string): void {
    this.states.push(state);
  }
  stateReported(_link: unknown, { state }: { state: string }): void {
    this.states.push(state);
  }
  snapshotReceived(_link: unknown, snapshot: ReceivedSnapshot): void {
    this.snapshots.push(snapshot);
  }
  logsReceived(_link: unknown, lines: readonly string[]): void {
    this.lines.push(...lines);
  }
}

describe('a worker', () => {
  let http: HttpServer;
  let io: Server;
  let fleet: FleetEndpoint;
  let listener: Listener;
  let masterUrl: string;
  let worker: RunningApp | undefined;
  const refusals: LoadstarError[] = [];

  const start = async (
    environment: Record<string, string> = {},
    runner = new CountingRunner(),
    logger: Logger = silentLogger,
  ): Promise<CountingRunner> => {
    // One process, one registry: the newest worker of a test owns it.
    register.clear();
    const config = readConfig(workerConfigSchema, {
      LOADSTAR_MASTER_URL: masterUrl,
      LOADSTAR_JOIN_TOKEN: 'secret',
      LOADSTAR_ENGINES: '2',
      ...environment,
    });
    const refused = (error: LoadstarError): void => void refusals.push(error);
    worker = await startWorker(config, { clock: systemClock, logger, refused, runner });
    return runner;
  };
  const until = async (what: () => boolean): Promise<void> => {
    for (let i = 0; i < 1_500 && !what(); i++) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(what()).toBe(true);
  };
  const get = async (path: string): Promise<{ status: number; text: string }> => {
    const response = await fetch(`${worker?.url}${path}`);
    return { status: response.status, text: await response.text() };
  };
  const startRun = async (): Promise<void> => {
    const [link] = fleet.links();
    await link!.prepare(plan, bundle);
    const startAtMasterMs = systemClock.nowMs();
    await link!.start({ runId: 'run1', share: { index: 0, of: 1 }, startAtMasterMs, elapsedMs: 0, data: undefined });
  };
  const openFleet = (joinToken: string): void => {
    const server = new SocketIoControlServer(io);
    fleet = new FleetEndpoint({ server, clock: systemClock, logger: silentLogger, joinToken });
    listener = new Listener();
    fleet.open(listener);
  };

  beforeEach(async () => {
    refusals.length = 0;
    http = createServer();
    io = new Server(http, controlServerOptions);
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    masterUrl = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
    openFleet('secret');
  });
  afterEach(async () => {
    await worker?.close();
    worker = undefined;
    await fleet.close();
    await io.close();
  });

  it('is ready once it has joined, and shows itself in health and metrics', async () => {
    const runner = await start({ LOADSTAR_WORKER_NAME: 'shown' });
    expect((await get('/health/ready')).status).toBe(200);
    await startRun();
    await until(() => listener.states.includes('running'));
    runner.report(1, 0, false);
    expect(JSON.parse((await get('/health')).text)).toMatchObject({
      status: 'ok',
      worker: expect.stringMatching(/^shown_/),
      state: 'running',
      joined: true,
      engines: 4,
      users: 7,
    });
    const { text } = await get('/metrics');
    expect(text).toContain('loadstar_worker_connected 1');
    expect(text).toContain('loadstar_worker_requests_total{outcome="ok"} 4');
    expect(text).toContain('loadstar_worker_requests_total{outcome="status"} 2');
    expect(text).toContain('process_resident_memory_bytes');
    await until(() => listener.snapshots.length > 0);
  });

  it('starts without a master, is alive but not ready, and joins when there is one', async () => {
    await fleet.close();
    await io.close();
    await start();
    expect((await get('/health')).status).toBe(200);
    expect(await get('/health/ready')).toMatchObject({ status: 503, text: expect.stringContaining('waiting') });
    const { port } = new URL(masterUrl);
    http = createServer();
    io = new Server(http, controlServerOptions);
    await new Promise<void>((resolve) => http.listen(Number(port), '127.0.0.1', resolve));
    openFleet('secret');
    await until(() => fleet.links().length === 1);
    await until(() => listener.states.includes('idle'));
    expect((await get('/health/ready')).status).toBe(200);
  });

  it('leaves in order when closed: draining, the final numbers, goodbye', async () => {
    const runner = await start();
    await startRun();
    await until(() => listener.states.includes('running'));
    await worker?.close();
    worker = undefined;
    expect(listener.states.slice(-2)).toEqual(['draining', 'left']);
    expect(listener.snapshots.at(-1)?.header.final).toBe(true);
    expect(runner.stopped).toBe('the worker was told to stop');
    expect(fleet.links()).toEqual([]);
  });

  it('does not start with a wrong token, and says so', async () => {
    await expect(start({ LOADSTAR_JOIN_TOKEN: 'wrong' })).rejects.toMatchObject({ code: 'JOIN_TOKEN_WRONG' });
    expect(fleet.links()).toEqual([]);
  });

  it('gives up when a master that came back has another token', async () => {
    await start();
    await fleet.close();
    await io.close();
    const { port } = new URL(masterUrl);
    http = createServer();
    io = new Server(http, controlServerOptions);
    await new Promise<void>((resolve) => http.listen(Number(port), '127.0.0.1', resolve));
    openFleet('changed');
    await until(() => refusals.length === 1);
    expect(refusals[0]?.code).toBe('JOIN_TOKEN_WRONG');
  });

  it('sends its log lines to the master, without their facts', async () => {
    const heard: string[] = [];
    const note = (_facts: object, message: string): void => void heard.push(message);
    const runner = await start({}, new CountingRunner(), { debug: note, info: note, warn: note, error: note });
    runner.events?.log('engine 0 stdout: hello from a scenario');
    await until(() => listener.lines.some((line) => line.endsWith('hello from a scenario')));
    expect(listener.lines.some((line) => / info joined the master$/.test(line))).toBe(true);
    expect(listener.lines.join('\n')).not.toContain('secret');
    expect(heard).toContain('joined the master');
  });

  it('tells the master by which labels runs may choose it', async () => {
    await start({ LOADSTAR_LABELS: 'zone=eu, disk=ssd' });
    await until(() => fleet.links().length === 1);
    expect(fleet.links()[0]?.view().labels).toEqual({ zone: 'eu', disk: 'ssd' });
  });

  it.each([
    ['LOADSTAR_MASTER_URL', 'ftp://x'],
    ['LOADSTAR_MASTER_URL', 'nonsense'],
    ['LOADSTAR_JOIN_TOKEN', ''],
    ['LOADSTAR_ENGINES', '0'],
    ['LOADSTAR_WORKER_NAME', 'two words'],
    ['LOADSTAR_WORKER_PORT', '70000'],
    ['LOADSTAR_LABELS', 'zone'],
    ['LOADSTAR_LABELS', 'zone=eu,zone=us'],
    ['LOADSTAR_LABELS', 'two words=x'],
  ])('refuses %s=%s by name, without starting anything', async (variable, value) => {
    await expect(start({ [variable]: value })).rejects.toMatchObject({
      code: 'INVALID_CONFIG',
      fields: [{ field: variable }],
    });
  });

  it('reports a port in use as such', async () => {
    const { port } = http.address() as AddressInfo;
    await expect(start({ LOADSTAR_WORKER_PORT: String(port) })).rejects.toMatchObject({ code: 'PORT_IN_USE' });
  });
});
