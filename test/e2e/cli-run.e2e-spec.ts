import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunSummary } from '@loadstar/stats';
import { type AppHandle, startApp } from '../support/apps.js';
import { loadstar } from '../support/command.js';
import { metric } from '../support/swarm.js';

jest.setTimeout(300_000);

describe('loadstar run', () => {
  const folder = mkdtempSync(join(tmpdir(), 'loadstar-cli-'));
  const file = (name: string): string => join(folder, name);
  let target: AppHandle;
  beforeAll(async () => {
    target = await startApp('target', {
      TARGET_PORT: '0',
      TARGET_LIST_DELAY_MS: '5',
      TARGET_GET_DELAY_MS: '5',
      TARGET_CREATE_DELAY_MS: '5',
    });
    writeFileSync(
      file('quick.ts'),
      `import { HttpUser, constant, task } from 'loadstar';
       export class Quick extends HttpUser {
         override waitTime = constant(0.05);
         @task() async list() {
           const res = await this.http.get('/users');
           this.check(res, { 'has users': (r) => r.json().users.length > 0 });
         }
       }`,
    );
    writeFileSync(
      file('strict.ts'),
      `import { HttpUser, constant, task, type Options } from 'loadstar';
       export class Quick extends HttpUser {
         override waitTime = constant(0.05);
         @task() async list() { await this.http.get('/users'); }
       }
       export const options: Options = { thresholds: { request_duration: ['p95<0.001'] } };`,
    );
    writeFileSync(
      file('stairs.ts'),
      `import { LoadTestShape, User, constant, task } from 'loadstar';
       export class Walker extends User {
         override waitTime = constant(0.1);
         @task() step() {}
       }
       export class Stairs extends LoadTestShape {
         override tick(elapsed: number) { return elapsed < 2 ? { users: 2, spawnRate: 10 } : null; }
       }`,
    );
    writeFileSync(
      file('slow.ts'),
      `import { User, task, type Options } from 'loadstar';
       export class Slow extends User {
         @task() async work() { await this.sleep(4); }
       }
       export const options: Options = { stopTimeoutSeconds: 0.2 };`,
    );
    writeFileSync(file('broken.ts'), `import { HttpUser } from 'loadstar';\nexport class Broken extends {`);
  });
  afterAll(async () => {
    await target?.end();
    rmSync(folder, { recursive: true, force: true });
  });

  const run = (scenario: string, ...more: string[]) =>
    loadstar(['run', file(scenario), '--host', target.url, '--users', '4', '--spawn-rate', '20', ...more]);

  it('runs to its time, counts what the target saw, writes every report and exits 0', async () => {
    const before = await metric(target.url, 'app_requests_total');
    // Longer than a busy machine stands still, and too short for it to strain the generator for five seconds.
    const { code, stdout, stderr } = await run(
      'quick.ts',
      ...['--run-time', '4s', '--processes', '2', '--seed', 'test'],
      ...['--html', file('report.html'), '--json', file('report.json'), '--csv', file('out'), '--headless'],
    ).result;
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const summary = JSON.parse(readFileSync(file('report.json'), 'utf8')) as { summary?: RunSummary } & RunSummary;
    const { total, checks, meta } = summary.summary ?? summary;
    expect(total.requests).toBe((await metric(target.url, 'app_requests_total')) - before);
    expect(total.requests).toBeGreaterThan(20);
    expect(checks).toEqual([{ name: 'has users', passes: total.requests, failures: 0 }]);
    expect(meta).toMatchObject({ seed: 'test', verdict: 'passed', users: 4 });
    expect(stdout).toContain('/users');
    expect(readFileSync(file('report.html'), 'utf8')).toContain('</html>');
    for (const csv of ['stats', 'stats_history', 'failures', 'exceptions']) {
      expect(existsSync(file(`out_${csv}.csv`))).toBe(true);
    }
  });

  it('prints nothing but JSON on the standard output with --json', async () => {
    const { code, stdout } = await run('quick.ts', '--run-time', '1s', '--json').result;
    expect(code).toBe(0);
    expect(() => JSON.parse(stdout) as unknown).not.toThrow();
  });

  it('follows the shape of a file although users are asked for, and says so, unless told not to', async () => {
    // A run of users has no end without a run time.
    const shaped = await run('stairs.ts', '--json').result;
    const meta = (json: string): unknown => {
      const summary = JSON.parse(json) as { summary?: RunSummary } & RunSummary;
      return (summary.summary ?? summary).meta;
    };
    expect(meta(shaped.stdout)).toMatchObject({ shape: 'Stairs', targetUsers: null });
    expect(shaped.stderr).toContain('--users 4 and --spawn-rate 20 are not used: the shape Stairs decides');
    const plain = await run('stairs.ts', '--json', '--shape', 'none', '--run-time', '1s').result;
    expect(meta(plain.stdout)).toMatchObject({ shape: null, targetUsers: 4 });
    expect(plain.stderr).not.toContain('not used');
  });

  it('exits 99 when a threshold fails, and says which', async () => {
    const { code, stdout } = await run('strict.ts', '--run-time', '1s').result;
    expect(code).toBe(99);
    expect(stdout).toMatch(/request_duration/);
  });

  it.each([
    ['cuts what the stop timeout of the file leaves no time for', [], { finished: 0, interrupted: 1 }],
    ['lets it end when the command gives the time', ['--stop-timeout', '20'], { finished: 1, interrupted: 0 }],
  ])('%s', async (_what, more, expected) => {
    const { stdout } = await run('slow.ts', '--users', '1', '--run-time', '1s', '--json', ...more).result;
    const summary = JSON.parse(stdout) as { summary?: RunSummary } & RunSummary;
    expect((summary.summary ?? summary).iterations).toMatchObject(expected);
  });

  it.each([
    ['a scenario that does not compile', ['run', 'FOLDER/broken.ts', '--host', 'http://127.0.0.1:1'], /broken\.ts:2/],
    ['a scenario that is not there', ['run', 'FOLDER/nowhere.ts', '--host', 'http://127.0.0.1:1'], /nowhere\.ts/],
    ['a host without scheme', ['run', 'FOLDER/quick.ts', '--host', 'localhost'], /"localhost" is not a base URL/],
    [
      'credentials in the host, without repeating them',
      ['run', 'FOLDER/quick.ts', '--host', 'http://user:secret@127.0.0.1:1'],
      /^(?![^]*secret)[^]*--host: no user and no password/,
    ],
    ['a run time in words', ['run', 'FOLDER/quick.ts', '--run-time', 'soon'], /1h20m/],
    ['an unknown option', ['run', 'FOLDER/quick.ts', '--user', '3'], /--users/],
    ['a negative number of users', ['run', 'FOLDER/quick.ts', '--users', '-1'], /whole number/],
  ])('exits 1 on %s, in words', async (_what, args, words) => {
    const { code, stderr } = await loadstar(args.map((arg) => arg.replace('FOLDER', folder))).result;
    expect(code).toBe(1);
    expect(stderr).toMatch(words);
  });

  it('drains and still reports on the first Ctrl-C, with exit code 105', async () => {
    const before = await metric(target.url, 'app_requests_total');
    const command = run('quick.ts', '--json', file('stopped.json'));
    await command.says(/requests, /);
    await command.says(/[1-9]\d* requests, /);
    command.process.kill('SIGINT');
    const { code } = await command.result;
    expect(code).toBe(105);
    const summary = JSON.parse(readFileSync(file('stopped.json'), 'utf8')) as { summary?: RunSummary } & RunSummary;
    const { total } = summary.summary ?? summary;
    expect(total.requests).toBe((await metric(target.url, 'app_requests_total')) - before);
  });

  it('leaves at once on the second Ctrl-C', async () => {
    const command = run('quick.ts', '--stop-timeout', '60');
    await command.says(/[1-9]\d* requests, /);
    command.process.kill('SIGINT');
    command.process.kill('SIGINT');
    expect((await command.result).code).toBe(105);
  });
});
