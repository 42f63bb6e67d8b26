import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadstar } from '../support/command.js';
import { onceCalm } from '../support/once-calm.js';
import { type Platform, startPlatform } from '../support/platform.js';
import { readStats } from '../support/swarm.js';

jest.setTimeout(300_000);

interface Verdict {
  status: string;
  checks: Record<string, { status: string; summary: string; problems: { what: string; why: string; todo: string }[] }>;
}

describe('loadstar validate against real processes', () => {
  let platform: Platform;
  let bin: string;
  beforeAll(async () => {
    platform = await startPlatform({ workers: 2 });
    // No docker command, so that a stack of the developer's own is not looked at.
    bin = mkdtempSync(join(tmpdir(), 'loadstar-bin-'));
  });
  afterAll(async () => {
    await platform?.stop();
    rmSync(bin, { recursive: true, force: true });
  });

  const validate = (...args: string[]) =>
    loadstar(['validate', '--master', platform.masterUrl, '--target', platform.targetUrl, '--wait', '4', ...args], {
      PATH: bin,
      // Nobody listens there.
      PROMETHEUS_PUBLISH: '127.0.0.1:1',
      GRAFANA_PUBLISH: '127.0.0.1:1',
    }).result;

  it('passes a platform without containers, says what it skips, and leaves no run behind', async () => {
    const { code, stdout, stderr } = await onceCalm(validate, (result) => result.stdout + result.stderr);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^✅ Overall Status: PASS\n/) });
    expect(stdout).toContain('🐳 Docker Containers: ⏭️ skipped (no docker command here)\n');
    expect(stdout).toContain('🎯 Prometheus Targets: ⏭️ skipped (no prometheus at http://127.0.0.1:1)\n');
    expect(stdout).toContain('📊 Custom Metrics: ✅ OK\n');
    expect(stdout.trimEnd()).toMatch(/🎉 Framework is ready for load testing!$/);
    expect(stderr).toMatch(/✔ Smoke Swarm: \d+ requests of simple-load.ts/);
    expect(await readStats(platform.masterUrl)).toMatchObject({ state: 'stopped', user_count: 0 });
  });

  it('fails with what, why and what to do, in JSON too', async () => {
    const { code, stdout } = await validate('--no-swarm', '--json', '--grafana', 'http://127.0.0.1:1');
    const verdict = JSON.parse(stdout) as Verdict;
    expect(code).toBe(1);
    expect(verdict.status).toBe('FAIL');
    expect(verdict.checks.health?.problems[0]).toEqual({
      what: 'grafana at http://127.0.0.1:1 does not answer',
      why: expect.any(String),
      todo: expect.stringContaining('--grafana URL'),
    });
    expect(verdict.checks.smoke).toMatchObject({ status: 'skipped' });
  });
});
