import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AppHandle, startApp } from '../support/apps.js';
import { eventually } from '../support/eventually.js';
import { type Prometheus, startPrometheus } from './support/prometheus.js';

jest.setTimeout(180_000);

describe('remote write', () => {
  let folder: string;
  let target: AppHandle;
  const prometheuses: Prometheus[] = [];

  /** @param name of its folder */
  const start = async (name: string, targets: Record<string, string[]>, env: Record<string, string> = {}) => {
    const home = join(folder, name);
    mkdirSync(home);
    // Nobody is told in this test.
    const options = { targets, env, alertmanager: '127.0.0.1:9', args: ['--web.enable-remote-write-receiver'] };
    const prometheus = await startPrometheus(home, options);
    prometheuses.push(prometheus);
    return prometheus;
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'loadstar-remote-'));
    target = await startApp('target', { TARGET_PORT: '0', TARGET_LOG_REQUESTS: '0' });
  });
  afterAll(async () => {
    for (const each of prometheuses.toReversed()) await each.end();
    await target?.end();
    rmSync(folder, { recursive: true, force: true });
  });

  it('brings what is scraped to a second home', async () => {
    const second = await start('second', {});
    const url = `${second.url}/api/v1/write`;
    await start('first', { target: [new URL(target.url).host] }, { PROMETHEUS_REMOTE_WRITE_URL: url });
    await eventually(async () => {
      expect(await second.query('app_users_count')).toEqual([
        { metric: expect.objectContaining({ job: 'target' }), value: 5 },
      ]);
    });
  });
});
