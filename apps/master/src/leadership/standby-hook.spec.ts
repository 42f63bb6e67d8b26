// Which calls a master that does not serve answers itself. What it passes on is in the fault tests.
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { Gatekeeper } from '../auth/gatekeeper.js';
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
