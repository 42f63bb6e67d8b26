import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadstar, type RunningCommand } from '../support/command.js';
import { eventually } from '../support/eventually.js';
import { freePort } from '../support/free-port.js';
import { readStats, swarm, totalOf } from '../support/swarm.js';

jest.setTimeout(240_000);

function listen(): Promise<{ server: Server; port: number }> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => resolve({ server, port: (server.address() as AddressInfo).port }));
  });
}

describe('loadstar start', () => {
  // Else it is the folder of whoever runs the tests, whose console would open on the run of this one.
  const folder = mkdtempSync(join(tmpdir(), 'loadstar-start-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const start = (port: number, targetPort: number): RunningCommand =>
    loadstar(['start', '--port', String(port), '--target-port', String(targetPort)], {
      LOADSTAR_DATA_DIR: folder,
      LOADSTAR_WORKER_DATA_DIR: join(folder, 'worker'),
    });

  it('starts everything, prints where to click, restarts what dies, and ends cleanly on Ctrl-C', async () => {
    const [port, targetPort] = [await freePort(), await freePort()];
    const platform = start(port, targetPort);
    try {
      await platform.says('Ready:');
      await platform.says(`http://localhost:${port}`);
      const masterUrl = `http://127.0.0.1:${port}`;
      const page = await (await fetch(masterUrl, { headers: { accept: 'text/html' } })).text();
      expect(page).toContain('<title>');

      const answer = await swarm(masterUrl, { user_count: 4, spawn_rate: 4, host: `http://localhost:${targetPort}` });
      expect(answer.success).toBe(true);
      await eventually(async () => expect(totalOf(await readStats(masterUrl)).num_requests).toBeGreaterThan(0));
    } finally {
      platform.process.kill('SIGINT');
    }
    const { code, stdout } = await platform.result;
    expect(code).toBe(0);
    expect(stdout).toContain('All processes have ended.');
    expect(stdout).not.toContain('killed');
    await expect(fetch(`http://127.0.0.1:${port}/health`)).rejects.toThrow();
  });

  it('says which port is taken and how to choose another, and leaves nothing running', async () => {
    const { server, port } = await listen();
    const targetPort = await freePort();
    const { code, stderr } = await start(port, targetPort).result;
    server.close();
    expect(code).toBe(2);
    expect(stderr).toContain(`Port ${port}, wanted by the master, is in use`);
    expect(stderr).toContain('--port');
    await expect(fetch(`http://127.0.0.1:${targetPort}/health`)).rejects.toThrow();
  });
});
