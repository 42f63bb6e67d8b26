// One suite over both adapters: what the session rules rely on holds on either wire.
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LoadstarError, systemClock } from '@loadstar/shared';
import { Server } from 'socket.io';
import { controlServerOptions } from './control-options.js';
import { MemoryNetwork } from './memory-network.js';
import type { ControlChannel, ControlClient, ControlServer } from './port.js';
import { SocketIoControlClient } from './socket-io-client.js';
import { SocketIoControlServer } from './socket-io-server.js';

interface Wire {
  server: ControlServer;
  client(): ControlClient;
  end(): Promise<void>;
}

const memory = (): Promise<Wire> => {
  const network = new MemoryNetwork(systemClock);
  return Promise.resolve({ server: network.server(), client: () => network.client(), end: () => Promise.resolve() });
};

const socketIo = async (): Promise<Wire> => {
  const http: HttpServer = createServer();
  const io = new Server(http, controlServerOptions);
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  return {
    server: new SocketIoControlServer(io),
    client: () => new SocketIoControlClient([url]),
    end: async () => {
      await io.close();
    },
  };
};

describe.each([
  ['memory', memory],
  ['Socket.IO', socketIo],
])('transport over %s', (_name, make) => {
  let wire: Wire;
  const masters: ControlChannel[] = [];
  const onMaster: ((channel: ControlChannel) => void)[] = [];

  const nextMaster = (): Promise<ControlChannel> => {
    const ready = masters.shift();
    return ready ? Promise.resolve(ready) : new Promise((resolve) => onMaster.push(resolve));
  };

  const connect = async (auth: object = { pass: 'yes' }): Promise<[worker: ControlChannel, master: ControlChannel]> => {
    const worker = await wire.client().connect(auth);
    return [worker, await nextMaster()];
  };

  beforeEach(async () => {
    masters.length = 0;
    onMaster.length = 0;
    wire = await make();
    wire.server.open({
      admit: (auth) => {
        if ((auth as { pass?: unknown }).pass !== 'yes') throw new LoadstarError('JOIN_TOKEN_WRONG');
        return auth;
      },
      connected: (channel) => {
        const waiting = onMaster.shift();
        if (waiting) waiting(channel);
        else masters.push(channel);
      },
    });
  });

  afterEach(async () => {
    await wire.server.close();
    await wire.end();
  });

  it('refuses whom the gate refuses, with the gate’s own error, and nothing is connected', async () => {
    await expect(wire.client().connect({ pass: 'no' })).rejects.toMatchObject({ code: 'JOIN_TOKEN_WRONG' });
    expect(masters).toHaveLength(0);
  });

  it('says MASTER_UNREACHABLE when the server is gone', async () => {
    await wire.server.close();
    await wire.end();
    const error: unknown = await wire
      .client()
      .connect({ pass: 'yes' })
      .catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(LoadstarError);
    expect(['MASTER_UNREACHABLE', 'INTERNAL']).toContain((error as LoadstarError).code);
  });

  it('carries JSON and bytes both ways, in order, also what was sent before anybody read', async () => {
    const [worker, master] = await connect();
    const text = 'ä'.repeat(10);
    for (let i = 0; i < 5; i++) master.send('n', { i, text, bytes: new Uint8Array([i, 255]).subarray(0, 1) });
    const got: unknown[] = [];
    await new Promise<void>((resolve) => {
      worker.receive((name, payload) => {
        const { i, text: heard, bytes } = payload as { i: number; text: string; bytes: Uint8Array };
        got.push([name, i, heard, [...bytes]]);
        if (got.length === 5) resolve();
      });
    });
    expect(got).toEqual([0, 1, 2, 3, 4].map((i) => ['n', i, text, [i]]));
  });

  it('answers a request once, with the first answer, from either end', async () => {
    const [worker, master] = await connect();
    for (const [from, to] of [
      [worker, master],
      [master, worker],
    ] as const) {
      to.receive((name, payload, reply) => {
        reply({ name, payload, bytes: new Uint8Array([7]) });
        reply('second');
      });
      const answer = (await from.request('q', { a: 1 }, 20_000)) as { bytes: Uint8Array };
      expect(answer).toMatchObject({ name: 'q', payload: { a: 1 } });
      expect([...answer.bytes]).toEqual([7]);
    }
  });

  it('gives up on a request that is not answered in time', async () => {
    const [worker, master] = await connect();
    master.receive(() => {});
    await expect(worker.request('q', {}, 30)).rejects.toThrow('no answer within 30 ms');
    expect(worker.isOpen).toBe(true);
  });

  it('tells both ends once when one closes, and fails what was waiting', async () => {
    const [worker, master] = await connect();
    master.receive(() => {});
    const closes: string[] = [];
    const bothClosed = Promise.all(
      [worker, master].map(
        (channel, i) =>
          new Promise<void>((resolve) => {
            channel.onClose(() => {
              closes.push(['worker', 'master'][i]!);
              resolve();
            });
          }),
      ),
    );
    const waiting = worker.request('q', {}, 60_000);
    const failed = expect(waiting).rejects.toThrow('closed');
    master.close();
    await failed;
    await bothClosed;
    expect(closes.sort()).toEqual(['master', 'worker']);
    expect([worker.isOpen, master.isOpen]).toEqual([false, false]);
    worker.send('late', {});
    await expect(worker.request('late', {}, 10)).rejects.toThrow('closed');
    const late = await new Promise((resolve) => worker.onClose(resolve));
    expect(typeof late).toBe('string');
  });

  it('cuts off a worker that sends a frame over the limit, and no other', async () => {
    const [big, master] = await connect();
    const [other, otherMaster] = await connect();
    master.receive(() => {});
    otherMaster.receive((_name, _payload, reply) => reply('alive'));
    const closed = new Promise<void>((resolve) => big.onClose(() => resolve()));
    big.send('snapshot', { bytes: new Uint8Array(300 * 1024) });
    await closed;
    await expect(other.request('q', {}, 20_000)).resolves.toBe('alive');
  });

  it('lets a part of 128 KiB through', async () => {
    const [worker, master] = await connect();
    master.receive((_name, payload, reply) => reply((payload as { bytes: Uint8Array }).bytes.byteLength));
    await expect(worker.request('snapshot', { bytes: new Uint8Array(128 * 1024) }, 20_000)).resolves.toBe(131072);
  });

  it('closes all channels with the server', async () => {
    const [worker] = await connect();
    const closed = new Promise<void>((resolve) => worker.onClose(() => resolve()));
    await wire.server.close();
    await closed;
  });
});
