// Which calls a master that does not serve answers itself, and for whom it passes on others. What becomes of those is in the fault tests.
import { VirtualClock } from '@loadstar/shared';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Gatekeeper } from '../auth/gatekeeper.js';
import { readMasterConfig } from '../config/read-master-config.js';
import type { Duty } from './duty.js';
import { standbyHook } from './standby-hook.js';

describe('a master that is leaving', () => {
  const done: string[] = [];
  const fastify = new FastifyAdapter().getInstance();

  beforeAll(() => {
    const duty = { isServing: false, isLeaving: true, leaderUrl: undefined, leaderName: 'nobody yet' };
    fastify.addHook('onRequest', standbyHook(duty as Duty, {} as Gatekeeper));
    for (const url of ['/stop', '/stats/reset', '/stats/requests']) {
      fastify.get(url, (_request, reply) => {
        done.push(url);
        return reply.send('done');
      });
    }
  });
  beforeEach(() => done.splice(0));
  afterAll(() => fastify.close());

  it.each(['/stop', '/%73top', '/stop?now', '/stats/reset', '/stats/%72eset', '/%73tats/reset?x'])(
    'changes nothing for GET %s, however it is written',
    async (url) => {
      for (const method of ['GET', 'HEAD'] as const) {
        const { statusCode, body } = await fastify.inject({ method, url });
        expect(statusCode).not.toBe(200);
        if (method === 'GET') expect(body).toContain('does not lead');
      }
      expect(done).toEqual([]);
    },
  );

  it('still tells what it knows', async () => {
    for (const url of ['/stats/requests', '/%73tats/requests?x']) {
      expect((await fastify.inject({ method: 'GET', url })).statusCode).toBe(200);
    }
    expect((await fastify.inject({ method: 'GET', url: '/nothing' })).statusCode).toBe(404);
    expect((await fastify.inject({ method: 'POST', url: '/stats/requests' })).statusCode).not.toBe(200);
  });
});

describe('a call that a standby passes on', () => {
  const clock = new VirtualClock();

  /** Answers each call by whom it is from to the one that leads. */
  async function pair(keyOfStandby: string) {
    const keeper = new Gatekeeper(readMasterConfig({}), clock, () => 'secret of the term');
    const leader = new FastifyAdapter().getInstance();
    leader.addHook('onRequest', standbyHook({ isServing: true } as Duty, keeper));
    leader.get('/who', (request, reply) => reply.send(keeper.addressOf(request.raw)));
    const leaderUrl = await leader.listen({ host: '127.0.0.1', port: 0 });
    const behindProxy = readMasterConfig({ LOADSTAR_TRUSTED_PROXIES: '127.0.0.1' });
    const standby = new FastifyAdapter().getInstance();
    const duty = {
      isServing: false,
      isLeaving: false,
      leaderUrl,
      leaderName: leaderUrl,
      termKey: keyOfStandby,
      answerMs: 60_000,
    };
    standby.addHook('onRequest', standbyHook(duty as Duty, new Gatekeeper(behindProxy, clock)));
    const standbyUrl = await standby.listen({ host: '127.0.0.1', port: 0 });
    const who = async (url: string, headers: Record<string, string>) =>
      (await fetch(`${url}/who`, { headers: { connection: 'close', ...headers } })).text();
    const close = async () => {
      await standby.close();
      await leader.close();
    };
    return { leaderUrl, standbyUrl, who, close };
  }

  it('is to the leader from whom the standby got it, whatever the caller says', async () => {
    const { leaderUrl, standbyUrl, who, close } = await pair('secret of the term');
    const forwarded = { 'x-forwarded-for': '203.0.113.7' };
    const made = { 'x-loadstar-client': '6.6.6.6' };
    expect(await who(standbyUrl, forwarded)).toBe('203.0.113.7');
    expect(await who(standbyUrl, { ...forwarded, ...made })).toBe('203.0.113.7');
    expect(await who(leaderUrl, { ...forwarded, ...made, 'x-loadstar-passed-on': '1' })).toBe('127.0.0.1');
    await close();
  });

  it('is from the far end of the connection when it comes from no master of this store', async () => {
    const { standbyUrl, who, close } = await pair('of another store');
    expect(await who(standbyUrl, { 'x-forwarded-for': '203.0.113.7' })).toBe('127.0.0.1');
    await close();
  });

  it('ends in a refusal when the leader takes longer than any start may', async () => {
    const leader = new FastifyAdapter().getInstance();
    leader.get('/silent', () => new Promise(() => {}));
    const leaderUrl = await leader.listen({ host: '127.0.0.1', port: 0 });
    const standby = new FastifyAdapter().getInstance();
    const duty = { isServing: false, isLeaving: false, leaderUrl, leaderName: leaderUrl, answerMs: 50 };
    standby.addHook('onRequest', standbyHook(duty as Duty, new Gatekeeper(readMasterConfig({}), clock)));
    const url = await standby.listen({ host: '127.0.0.1', port: 0 });
    const answer = await fetch(`${url}/silent`, { headers: { connection: 'close' } });
    expect(answer.status).toBe(503);
    expect(await answer.json()).toMatchObject({ code: 'NOT_LEADER' });
    await standby.close();
    leader.server.closeAllConnections();
    await leader.close();
  });
});
