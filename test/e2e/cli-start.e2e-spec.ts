import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startApp } from '../support/apps.js';
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

  const start = (port: number, targetPort: number, env: Record<string, string> = {}): RunningCommand =>
    loadstar(['start', '--port', String(port), '--target-port', String(targetPort)], {
      LOADSTAR_DATA_DIR: folder,
      LOADSTAR_WORKER_DATA_DIR: join(folder, 'worker'),
      ...env,
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

  it('keeps the join token where it says, for a further worker, and tells its own workers no other secret', async () => {
    const [port, targetPort] = [await freePort(), await freePort()];
    const platform = start(port, targetPort, {
      LOADSTAR_AUTH: 'off',
      LOADSTAR_TOKENS: 'admin:not-for-workers',
      POSTGRES_PASSWORD: 'not-for-workers',
    });
    let said = '';
    platform.process.stdout?.on('data', (chunk) => (said += String(chunk)));
    try {
      const file = join(folder, 'join-token');
      await platform.says(new RegExp(`Join token +${file}`));
      expect(statSync(file).mode & 0o777).toBe(0o600);
      const LOADSTAR_MASTER_URL = `http://127.0.0.1:${port}`;
      const worker = await startApp('worker', {
        LOADSTAR_MASTER_URL,
        LOADSTAR_JOIN_TOKEN: readFileSync(file, 'utf8').trim(),
        LOADSTAR_WORKER_DATA_DIR: join(folder, 'further'),
        LOADSTAR_ENGINES: '1',
      });
      await eventually(async () => {
        const health = (await (await fetch(`${LOADSTAR_MASTER_URL}/health`)).json()) as { workersReady: number };
        expect(health.workersReady).toBe(3);
      });
      await worker.end();
      const pids = Array.from(said.matchAll(/(?:worker-\d|target) +ready \(pid (\d+)\)/g), ([, pid]) => pid);
      expect(pids).toHaveLength(3);
      if (process.platform === 'linux') {
        for (const pid of pids) expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).not.toContain('not-for-workers');
      }
    } finally {
      platform.process.kill('SIGINT');
    }
    await platform.result;
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
