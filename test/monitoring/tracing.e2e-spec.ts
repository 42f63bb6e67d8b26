import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from '../support/eventually.js';
import { type Platform, startPlatform } from '../support/platform.js';
import { stopSwarm, swarm, totalOf } from '../support/swarm.js';

jest.setTimeout(180_000);

/** A system under test that keeps what a tracing of its own would start from, and fails every fifth request. */
describe('a run whose requests carry trace context', () => {
  const fields: string[] = [];
  let server: Server;
  let platform: Platform;

  beforeAll(async () => {
    server = createServer((request, response) => {
      fields.push(String(request.headers.traceparent));
      request.resume();
      response.writeHead(fields.length % 5 === 0 ? 503 : 200, { 'content-type': 'application/json' });
      response.end('{"users":[],"pagination":{}}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    platform = await startPlatform({ workers: 1, master: { LOADSTAR_TRACE_SAMPLING: '1' } });
  });
  afterAll(async () => {
    await platform?.stop();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('names a trace in every request, and a failed one in the logs', async () => {
    const host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect(await swarm(platform.masterUrl, { user_count: 20, spawn_rate: 20, host })).toMatchObject({ success: true });
    const logged = await eventually(async () => {
      const { workers } = await platform.get<{ workers: Record<string, string[]> }>('/logs');
      const line = Object.values(workers)
        .flat()
        .find((each) => each.includes('a traced request failed'));
      expect(line).toBeDefined();
      return line ?? '';
    });
    const stats = await stopSwarm(platform.masterUrl);
    expect(totalOf(stats).num_requests).toBe(fields.length);
    for (const field of fields) expect(field).toMatch(/^00-[\da-f]{32}-[\da-f]{16}-01$/);
    const traces = fields.map((field) => field.split('-')[1] ?? '');
    expect(new Set(traces).size).toBe(traces.length);
    expect(traces.filter((trace) => logged.includes(trace))).toHaveLength(1);
  });
});
