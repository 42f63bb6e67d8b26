// A tiny client of another protocol (one line there, one line back over TCP), written as a scenario's author would.
import { createServer, type Server, type Socket } from 'node:net';
import * as net from 'node:net';
import { ProtocolUser, readScenario } from '@loadstar/scenario';
import { readScenarios, silentLogger, systemClock, type TimerHandle, VirtualClock } from '@loadstar/shared';
import type { RunStats } from '@loadstar/stats';
import { Engine } from '../run/engine.js';
import { FakeHttp } from '../run/testing/fake-http.js';
import { noHealth, planOf, usersLoad, VirtualRun } from '../run/testing/virtual-run.js';

let server: Server;
let port = 0;

beforeAll(async () => {
  const answer = (socket: Socket, line: string): void => {
    if (line === 'reset') socket.destroy();
    else if (line !== 'silence') socket.write(`${line}\n`);
  };
  server = createServer((socket) => {
    socket.on('error', () => {});
    socket.on('data', (data) => answer(socket, data.toString().trim()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  port = (server.address() as net.AddressInfo).port;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

class LineClient {
  private readonly socket = net.connect(port, '127.0.0.1');

  ask(line: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const gone = (): void => reject(Object.assign(new Error('the peer went away'), { code: 'ECONNRESET' }));
      this.socket.once('data', (data) => {
        this.socket.off('close', gone);
        resolve(data.toString().trim());
      });
      this.socket.once('close', gone);
      this.socket.write(`${line}\n`);
    });
  }

  close(): void {
    this.socket.destroy();
  }
}

class Echo extends ProtocolUser {
  static override protocol = 'TCP';
  static override tasks = { echo: 1, wrong: 1, reset: 1, silence: 1, thrown: 1 };
  private line: LineClient | undefined;

  override onStart(): void {
    this.line = new LineClient();
  }

  override onStop(): void {
    this.line?.close();
  }

  async echo(): Promise<void> {
    const size = (text: string): number => text.length;
    const res = await this.measure('echo', () => this.line!.ask('hello'), { bytesSent: 6, bytesReceived: size });
    this.check(res, { 'comes back': (r) => r.ok && r.value === 'hello' && r.serviceMs >= 0 });
  }

  async wrong(): Promise<void> {
    const res = await this.measure('wrong', () => this.line!.ask('this'));
    this.check(res, { 'is that': (r) => r.value === 'that' });
  }

  async reset(): Promise<void> {
    const own = new LineClient();
    const res = await this.measure('reset', () => own.ask('reset'));
    if (res.ok || res.error !== 'the peer went away') throw new Error('a reset must be seen');
  }

  async silence(): Promise<void> {
    const own = new LineClient();
    await this.measure('silence', () => own.ask('silence'), { timeoutMs: 30 });
    own.close();
  }

  async thrown(): Promise<void> {
    const exchange = this.record('by hand', 'DO');
    await this.sleep(0.005);
    exchange.finish({ error: 'not understood' });
  }
}

async function runOpen(iterations: number): Promise<RunStats> {
  const { scenarios, problems } = readScenarios({
    // A user for each arrival: what a machine that stops for a moment starts late is started all the same.
    a: { executor: 'constant-arrival-rate', rate: 200, duration: iterations / 200, preAllocatedVUs: iterations },
  });
  expect(problems).toEqual([]);
  const engine = new Engine({
    definition: readScenario({ Echo }),
    plan: planOf({ kind: 'scenarios', scenarios, runTimeMs: undefined }),
    clock: systemClock,
    logger: silentLogger,
    clients: new FakeHttp(systemClock).source,
    health: () => noHealth,
    onStatus: () => {},
  });
  engine.start({ share: { index: 0, of: 1 }, inMs: 0, elapsedMs: 0, changes: [], data: undefined });
  await engine.done;
  return engine.recorder.stats;
}

it('records another protocol as HTTP is recorded: times, outcomes, checks, sizes, failures', async () => {
  const stats = await runOpen(100);
  expect(stats.iterations.started + stats.droppedArrivals).toBe(100);
  expect(stats.iterations).toMatchObject({ finished: stats.iterations.started, interrupted: 0 });
  const rows = [...stats.allSeries()].map((series) => {
    const { key, requests, failures, started } = series;
    return { key: `${key.userClass} ${key.method} ${key.name}`, requests, failures, unfinished: started - requests };
  });
  const row = (key: string, failed: boolean) => {
    const found = rows.find((each) => each.key === `a ${key}`)!;
    expect(found).toMatchObject({ failures: failed ? found.requests : 0, unfinished: 0 });
    return found.requests;
  };
  const total =
    row('TCP echo', false) +
    row('TCP wrong', true) +
    row('TCP reset', true) +
    row('TCP silence', true) +
    row('DO by hand', true);
  expect(total).toBe(stats.iterations.started);
  expect(stats.iterations.failed).toBe(0);
  const texts = [...stats.errors].map(({ method, name, text }) => `${method} ${name}: ${text}`).sort();
  expect(texts).toEqual([
    'DO by hand: not understood',
    'TCP reset: the peer went away',
    'TCP silence: no answer within 30 ms',
    'TCP wrong: check failed: is that',
  ]);
  const echo = [...stats.allSeries()].find(({ key }) => key.name === 'echo')!;
  expect(echo.bytesSent).toBe(6 * echo.requests);
  expect(echo.bytesReceived).toBe(5 * echo.requests);
  expect(echo.ok.response.sumUs).toBeGreaterThanOrEqual(echo.ok.service.sumUs);
  const silence = [...stats.allSeries()].find(({ key }) => key.name === 'silence')!;
  expect(silence.failed.service.minUs).toBeGreaterThanOrEqual(29_000);
});

it('counts an exchange that ends in the turn of the final numbers', async () => {
  const ticks: (() => void)[] = [];
  const clock = new (class extends VirtualClock {
    override setInterval(callback: () => void, periodMs: number): TimerHandle {
      ticks.push(callback);
      return super.setInterval(callback, periodMs);
    }
  })();
  let answer = (): void => {};
  class Talk extends ProtocolUser {
    static override tasks = { talk: 1 };
    async talk(): Promise<void> {
      const exchange = this.record('by hand');
      await new Promise<void>((resolve) => (answer = resolve));
      exchange.finish();
    }
  }
  const run = new VirtualRun({ Talk }, planOf(usersLoad(1, 1)), {}, clock);
  await run.seconds(1);
  void run.engine.stop(5_000, 'the test is over');
  await run.seconds(1);
  answer();
  for (let i = 0; i < 20; i++) await Promise.resolve();
  for (const tick of ticks) tick();
  expect(run.last.final).toBe(true);
  expect([...run.stats.allSeries()].map(({ started, requests }) => ({ started, requests }))).toEqual([
    { started: 1, requests: 1 },
  ]);
});
