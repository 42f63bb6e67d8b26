// Who may tell a leader that it was replaced: a master of its own store, and nobody who knows no more than the join token.
import { LoadstarError, silentLogger, VirtualClock } from '@loadstar/shared';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Gatekeeper } from '../auth/gatekeeper.js';
import { readMasterConfig } from '../config/read-master-config.js';
import type { MasterCore } from '../master-core.js';
import { MemoryStore } from '../store/memory-store.js';
import { Duty } from './duty.js';
import { noticePath, tellReplaced } from './replaced-notice.js';
import { standbyHook } from './standby-hook.js';

const joinToken = 'the-join-token';
const config = readMasterConfig({ LOADSTAR_JOIN_TOKEN: joinToken });

async function leader(store: MemoryStore, place: string) {
  const clock = new VirtualClock();
  let deposed = 0;
  const core = { store, open: async () => {}, letGo: async () => {} } as unknown as MasterCore;
  const duty = new Duty({ config, core, clock, logger: silentLogger, replaced: () => deposed++ });
  const fastify = new FastifyAdapter().getInstance();
  fastify.setErrorHandler((error, _request, reply) =>
    reply.status(error instanceof LoadstarError ? error.entry.status : 500).send(),
  );
  fastify.addHook('onRequest', standbyHook(duty, new Gatekeeper(config, clock)));
  const url = await fastify.listen({ host: '127.0.0.1', port: 0 });
  await duty.begin({ holder: place, url });
  const notice = (headers: Record<string, string>) => fastify.inject({ method: 'POST', url: noticePath, headers });
  return {
    ...{ duty, url, notice },
    deposed: () => deposed,
    close: async () => {
      await duty.close();
      await fastify.close();
    },
  };
}

describe('the notice to a master that was replaced', () => {
  let store: MemoryStore;
  let old: Awaited<ReturnType<typeof leader>>;
  beforeEach(async () => {
    store = new MemoryStore();
    old = await leader(store, 'a');
  });
  afterEach(() => old.close());

  it('is believed from the next leader, also by one that the store does not answer', async () => {
    const before = await store.lease.read();
    expect(old.duty.isServing).toBe(true);
    await tellReplaced({ url: before.url ?? '', key: before.key ?? '' }, silentLogger);
    expect([old.deposed(), old.duty.isServing]).toEqual([1, false]);
    // Told once more it changes nothing; told nowhere it throws nothing.
    await tellReplaced({ url: before.url ?? '', key: before.key ?? '' }, silentLogger);
    await tellReplaced({ url: 'http://127.0.0.1:1', key: 'k' }, silentLogger);
    expect(old.deposed()).toBe(1);
  });

  it.each([
    ['the join token', { authorization: `Bearer ${joinToken}`, 'x-loadstar-epoch': '9007199254740991' }],
    ['another token', { authorization: 'Bearer guessed-wrong', 'x-loadstar-epoch': '0' }],
    ['nothing', {}],
  ])('answers %s alike, whether it is right or wrong, and changes nothing', async (_what, headers) => {
    const { statusCode } = await old.notice(headers as Record<string, string>);
    expect([statusCode, old.deposed(), old.duty.isServing]).toEqual([401, 0, true]);
  });

  it('of an earlier term is over', async () => {
    const { key = '' } = await store.lease.read();
    await old.close();
    const next = await leader(store, 'a');
    expect((await next.notice({ authorization: `Bearer ${key}` })).statusCode).toBe(401);
    expect(next.deposed()).toBe(0);
    await next.close();
  });

  it('is a call like any other to who counts calls', async () => {
    let { statusCode } = await old.notice({});
    for (let count = 0; count < 12_000 && statusCode !== 429; count++) ({ statusCode } = await old.notice({}));
    expect(statusCode).toBe(429);
  });
});
