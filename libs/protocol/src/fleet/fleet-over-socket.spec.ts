// The whole channel over real sockets on loopback: joining, a run, a broken connection, strangers, and rubbish.
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { SeededRandom, silentLogger, systemClock } from '@loadstar/shared';
import { Server } from 'socket.io';
import { io as dial, Manager, type Socket } from 'socket.io-client';
import { WorkerAgent, type WorkerAgentOptions } from '../agent/worker-agent.js';
import type { Hello } from '../messages/join.js';
import { FakeRunner, somePlan } from '../testing/fake-runner.js';
import { bundleOf, Recorder } from '../testing/scene.js';
import { controlServerOptions } from '../transport/control-options.js';
import { SocketIoControlClient } from '../transport/socket-io-client.js';
import { SocketIoControlServer } from '../transport/socket-io-server.js';
import { protocolVersion } from '../version.js';
import { FleetEndpoint } from './fleet-endpoint.js';
import { StandbyDoor } from './standby-door.js';

const hello: Hello = {
  token: 'secret',
  protocol: protocolVersion,
  version: '0.1.0',
  worker: 'raw',
  incarnation: 'abcdefgh',
  key: 'k'.repeat(32),
  engines: 1,
  labels: {},
  wallMs: 0,
  run: undefined,
};

describe('the control channel over Socket.IO', () => {
  let http: HttpServer;
  let io: Server;
  let fleet: FleetEndpoint;
  let recorder: Recorder;
  let url: string;
  const agents: WorkerAgent[] = [];
  const sockets: Socket[] = [];

  const until = async (what: () => boolean): Promise<void> => {
    for (let i = 0; i < 1_500 && !what(); i++) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(what()).toBe(true);
  };

  const addWorker = (options: Partial<WorkerAgentOptions> = {}): { agent: WorkerAgent; runner: FakeRunner } => {
    const runner = new FakeRunner(systemClock);
    const agent = new WorkerAgent({
      client: new SocketIoControlClient([url]),
      runner,
      clock: systemClock,
      logger: silentLogger,
      random: new SeededRandom(1),
      joinToken: 'secret',
      name: 'w',
      engines: 1,
      health: () => ({ cpuPercent: 1, rssBytes: 1, loopLagMs: 1, engines: 1, users: 0 }),
      ...options,
    });
    agents.push(agent);
    void agent.start();
    return { agent, runner };
  };

  const raw = (auth: object): Socket => {
    const socket = dial(`${url}/workers`, { transports: ['websocket'], reconnection: false, forceNew: true, auth });
    sockets.push(socket);
    return socket;
  };
  const joinRaw = async (auth: object = hello): Promise<Socket> => {
    const socket = raw(auth);
    await new Promise((resolve) => socket.once('welcome', resolve));
    return socket;
  };
  const refusalOf = (auth: object): Promise<{ code?: string; details?: object }> =>
    new Promise((resolve, reject) => {
      const socket = raw(auth);
      socket.once('connect', () => reject(new Error('it was let in')));
      socket.once('connect_error', (error: Error & { data?: { code: string } }) => resolve(error.data ?? {}));
    });

  beforeEach(async () => {
    http = createServer();
    io = new Server(http, controlServerOptions);
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
    recorder = new Recorder();
    fleet = new FleetEndpoint({
      server: new SocketIoControlServer(io),
      clock: systemClock,
      logger: silentLogger,
      joinToken: 'secret',
    });
    fleet.open(recorder);
  });

  afterEach(async () => {
    await Promise.all(agents.splice(0).map((agent) => agent.leave('the test is over')));
    for (const socket of sockets.splice(0)) socket.disconnect();
    await fleet.close();
    await io.close();
  });

  it('runs a load from prepare to the final numbers, over a connection that breaks on the way', async () => {
    const { agent, runner } = addWorker();
    await until(() => agent.isJoined);
    const link = fleet.link(agent.id)!;
    const bundle = bundleOf(`// ${'ü'.repeat(300_000)}`);
    const plan = somePlan({ bundleHash: bundle.hash });
    await expect(link.prepare(plan, bundle)).resolves.toMatchObject({ userClasses: [{ name: 'Shopper' }] });
    expect(runner.code).toEqual([bundle.code]);
    const data = await link.setup(plan.runId);
    const startAtMasterMs = systemClock.nowMs() + 200;
    await link.start({ runId: plan.runId, share: { index: 0, of: 1 }, startAtMasterMs, elapsedMs: 0, data });
    // One process, one clock: what the sync says must be what is.
    expect(Math.abs((runner.zeroAtMs ?? 0) - startAtMasterMs)).toBeLessThan(1_000);
    await until(() => recorder.counted(plan.runId) > 0);
    io.of('/workers').disconnectSockets(true);
    await until(() => recorder.joins.length === 2);
    expect(recorder.joins[1]).toMatchObject({ again: true, held: { runId: plan.runId, state: 'running' } });
    expect(runner.isLoading).toBe(true);
    await until(() => fleet.link(agent.id)!.isUsable);
    await link.stop(plan.runId, 0, 'done');
    await until(() => agent.state === 'idle');
    expect(recorder.counted(plan.runId)).toBe(runner.requests);
    expect(link.rttMs).toBeGreaterThan(0);
    expect(link.view().roundTripMs).toBeGreaterThan(0);
  });

  it('refuses strangers, other versions and impostors, each with its own code', async () => {
    await expect(refusalOf({ ...hello, token: 'guess' })).resolves.toMatchObject({ code: 'JOIN_TOKEN_WRONG' });
    await expect(refusalOf({})).resolves.toMatchObject({ code: 'JOIN_TOKEN_WRONG' });
    const skewed = { token: 'secret', protocol: 99, whatever: true };
    await expect(refusalOf(skewed)).resolves.toMatchObject({
      code: 'VERSION_SKEW',
      details: { worker: 99, master: protocolVersion },
    });
    await expect(refusalOf({ ...hello, engines: 'many' })).resolves.toMatchObject({ code: 'MALFORMED_MESSAGE' });
    await joinRaw();
    const impostor = { ...hello, key: 'x'.repeat(32) };
    await expect(refusalOf(impostor)).resolves.toMatchObject({ code: 'MALFORMED_MESSAGE' });
    expect(fleet.links()).toHaveLength(1);
    expect(fleet.links()[0]?.isUsable).toBe(true);
  });

  it('stops comparing after five failed logins, even the right token', async () => {
    for (let i = 0; i < 5; i++) await refusalOf({ ...hello, token: `guess ${i}` });
    await expect(refusalOf(hello)).resolves.toMatchObject({ code: 'TOO_MANY_REQUESTS' });
  });

  it('a second connection of one process replaces the first', async () => {
    const first = await joinRaw();
    const closed = new Promise((resolve) => first.once('disconnect', resolve));
    await joinRaw();
    await closed;
    expect(fleet.links()).toHaveLength(1);
    expect(fleet.links()[0]?.isConnected).toBe(true);
  });

  it('takes no numbers of another incarnation than the sender’s', async () => {
    const { agent, runner } = addWorker();
    await until(() => agent.isJoined);
    const stolen: unknown[] = [];
    const link = fleet.link(agent.id)!;
    const bundle = bundleOf('// b');
    await link.prepare(somePlan({ bundleHash: bundle.hash }), bundle);
    io.of('/workers').on('connection', () => {});
    const spy = [...io.of('/workers').sockets.values()][0]!;
    spy.onAny((name, payload) => {
      if (name === 'snapshot') stolen.push(payload);
    });
    const startAtMasterMs = systemClock.nowMs();
    await link.start({ runId: 'run1', share: { index: 0, of: 1 }, startAtMasterMs, elapsedMs: 0, data: undefined });
    await until(() => stolen.length > 0);
    const thief = await joinRaw();
    const taken = jest.spyOn(recorder, 'snapshotReceived');
    const answer: unknown = await thief.timeout(20_000).emitWithAck('snapshot', stolen[0]);
    expect(answer).toMatchObject({ problem: { code: 'MALFORMED_MESSAGE' } });
    // The worker's own may arrive meanwhile.
    expect(taken.mock.calls.filter(([from]) => from.id !== agent.id)).toEqual([]);
    expect(runner.isLoading).toBe(true);
  });

  it('hangs up on a connection that does not say hello within two seconds', async () => {
    const silent = new Manager(url, { transports: ['websocket'], reconnection: false });
    const closedAfter = await new Promise<number>((resolve) => {
      const beganMs = systemClock.nowMs();
      silent.once('close', () => resolve(systemClock.nowMs() - beganMs));
    });
    expect(closedAfter).toBeGreaterThan(1_000);
  });

  it('survives hundreds of malformed messages, with and without acknowledgement, and says so to each', async () => {
    const { agent } = addWorker({ name: 'good' });
    await until(() => agent.isJoined);
    const rejections: unknown[] = [];
    const note = (error: unknown): void => void rejections.push(error);
    process.on('unhandledRejection', note);
    let socket = await joinRaw();
    const names = fc.constantFrom('snapshot', 'state', 'log', 'beat', 'bye', 'hello', 'prepare', 'x', 'toString');
    const anyValue = fc.oneof(fc.jsonValue(), fc.uint8Array({ maxLength: 100 }), fc.constant(null));
    await fc.assert(
      fc.asyncProperty(names, fc.array(anyValue, { maxLength: 3 }), async (name, values) => {
        if (!socket.connected) socket = await joinRaw();
        socket.emit(name, ...values);
        const answer: unknown = await socket.timeout(20_000).emitWithAck(name, ...values);
        expect(answer).toMatchObject({ problem: { code: 'MALFORMED_MESSAGE' } });
      }),
      { numRuns: 300 },
    );
    // Below the events: broken packets of the protocol itself end that connection at most.
    for (const packet of [
      '2["a"',
      '51-/workers,["snapshot",{"_placeholder":true,"num":9}]',
      '99',
      '4{',
      '2/workers,[null]',
    ]) {
      const broken = await joinRaw({ ...hello, incarnation: `broken${sockets.length}` });
      const engine = broken.io.engine as unknown as { write(text: string): void };
      engine.write(packet);
      await broken
        .timeout(300)
        .emitWithAck('beat', {})
        .catch(() => {});
    }
    process.off('unhandledRejection', note);
    expect(rejections).toEqual([]);
    expect(agent.isJoined).toBe(true);
    expect(fleet.link(agent.id)?.isUsable).toBe(true);
    expect(recorder.ledgers.size).toBe(0);
  }, 60_000);
});

describe('two masters, of which one leads', () => {
  const closers: (() => unknown)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  interface Place {
    readonly url: string;
    readonly server: SocketIoControlServer;
  }
  const place = async (): Promise<Place> => {
    const http = createServer();
    const io = new Server(http, controlServerOptions);
    await new Promise<void>((resolve) => void http.listen(0, '127.0.0.1', resolve));
    closers.push(() => io.close());
    return {
      url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
      server: new SocketIoControlServer(io),
    };
  };
  const common = { clock: systemClock, logger: silentLogger, joinToken: 'secret' };
  const standBy = ({ server }: Place, leader: string): void =>
    new StandbyDoor({ ...common, server, leader: () => leader }).open();
  const lead = ({ server }: Place, epoch: number): FleetEndpoint => {
    const endpoint = new FleetEndpoint({ ...common, server, epoch });
    endpoint.open(new Recorder());
    closers.push(() => endpoint.close());
    return endpoint;
  };
  const until = async (what: () => boolean): Promise<void> => {
    for (let i = 0; i < 1_500 && !what(); i++) await new Promise((resolve) => setTimeout(resolve, 10));
    expect(what()).toBe(true);
  };

  it('are told apart by a worker that knows both, also when they change', async () => {
    const [first, second] = [await place(), await place()];
    standBy(first, second.url);
    const old = lead(second, 1);
    const agent = new WorkerAgent({
      ...common,
      client: new SocketIoControlClient([first.url, second.url]),
      runner: new FakeRunner(systemClock),
      random: new SeededRandom(1),
      name: 'w',
      engines: 1,
      health: () => ({ cpuPercent: 1, rssBytes: 1, loopLagMs: 1, engines: 1, users: 0 }),
    });
    closers.push(() => agent.leave('the test is over'));
    await agent.start();
    expect(old.links()).toHaveLength(1);
    const next = lead(first, 2);
    await old.close();
    await until(() => next.links().length === 1);
    // The leader knows the worker before its welcome has arrived there.
    await until(() => agent.isJoined);
  });

  it('send workers elsewhere once they let go, though their server still answers', async () => {
    const leaving = await place();
    const old = lead(leaving, 1);
    await old.close();
    const again = new SocketIoControlClient([leaving.url]).connect({ ...hello });
    await expect(again).rejects.toMatchObject({ code: 'NOT_LEADER' });
  });

  it('say who leads to those who know the join token, and nothing to strangers', async () => {
    const standby = await place();
    standBy(standby, 'http://leader:1');
    const refusal = (token: string): Promise<unknown> =>
      new SocketIoControlClient([standby.url]).connect({ ...hello, token }).catch((error: unknown) => error);
    expect(await refusal('secret')).toMatchObject({ code: 'NOT_LEADER', details: { leader: 'http://leader:1' } });
    expect(await refusal('other')).toMatchObject({ code: 'JOIN_TOKEN_WRONG' });
  });
});
