/** Both commands against the faces of a real master over HTTP; only its workers are not there. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RunView } from '@loadstar/shared';
import { Command } from 'commander';
import picocolors from 'picocolors';
import { type FaceHarness, openFaces } from '../../../master/src/testing/face-harness.js';
import { reportError } from '../output/report-error.js';
import { addStatusCommand } from './status.command.js';
import { addQueueCommand } from './queue.command.js';
import { addStopCommand } from './stop.command.js';

const tokens = { runner: 'runner-token-1', viewer: 'viewer-token-1' };

describe('a running master, from the command line', () => {
  let faces: FaceHarness;
  beforeEach(async () => {
    faces = await openFaces({ LOADSTAR_TOKENS: `runner:${tokens.runner},viewer:${tokens.viewer}` });
    process.env['LOADSTAR_TOKEN'] = tokens.runner;
  });
  afterEach(async () => {
    delete process.env['LOADSTAR_TOKEN'];
    await faces.close();
  });

  async function loadstar(...args: string[]): Promise<{ text: string; code: number }> {
    const lines: string[] = [];
    let code = -1;
    const write = (text = ''): void => void lines.push(text);
    const colour = picocolors.createColors(false);
    const output = { line: write, error: write, isTerminal: false, width: 120, colour };
    const program = new Command().exitOverride().configureOutput({ writeErr: write });
    addStatusCommand(program, output, (given) => (code = given));
    addStopCommand(program, output, (given) => (code = given));
    addQueueCommand(program, output, (given) => (code = given));
    try {
      const [name = '', ...rest] = args;
      await program.parseAsync([name, ...(rest.includes('--master') ? [] : ['--master', faces.url]), ...rest], {
        from: 'user',
      });
    } catch (error) {
      code = reportError(error, output);
    }
    return { text: lines.join('\n'), code };
  }

  const start = async (body: object = {}): Promise<RunView> => {
    const response = await faces.call('POST', '/api/v1/runs', { token: tokens.runner, body: { users: 5, ...body } });
    return (await response.json()) as RunView;
  };

  it('tells role, workers, the run with its numbers, and the queue', async () => {
    const { id } = await start();
    await start({ queue: {} });
    faces.runs.request('GET', '/users', 'ok', 12, 0);
    faces.runs.request('GET', '/users', 'status', 30, 1);
    const { text, code } = await loadstar('status');
    expect(code).toBe(0);
    expect(text).toMatch(/^Master http:\S+: Loadstar \d+\.\d+\.\d+, leader, up \d+s$/m);
    expect(text).toMatch(/^Workers: 2 of 2 ready$/m);
    expect(text).toMatch(/^ {2}worker-1: ready, 0 users, 1 engine, CPU 13 %, lag 1\.5 ms$/m);
    expect(text).toMatch(
      new RegExp(`^Run ${id}: shop\\.ts against http://localhost:5001, running, \\d+s, 5/5 users$`, 'm'),
    );
    expect(text).toMatch(/^GET \/users +2 +1 /m);
    expect(text).toMatch(/^Queue: 1 waiting$/m);
  });

  it('tells the same as JSON, and when nothing runs', async () => {
    expect((await loadstar('status')).text).toMatch(/^No run is active\.$/m);
    const { id } = await start();
    faces.runs.request('GET', '/users', 'ok', 12, 0);
    expect(JSON.parse((await loadstar('status', '--json')).text)).toMatchObject({
      url: faces.url,
      master: { role: 'leader', workersReady: 2 },
      workers: [{ id: 'worker-1' }, { id: 'worker-2' }],
      runs: [{ run: { id, state: 'running' }, stats: { runId: id, total: { requests: 1 } } }],
      queue: { held: false, available: true, waiting: 0 },
    });
  });

  it('stops what is active, in the time that is asked for, and holds the queue', async () => {
    expect(await loadstar('stop')).toEqual({ text: 'Nothing was running.', code: 0 });
    const { id } = await start();
    const { text, code } = await loadstar('stop', '--grace', '2', '--hold-queue');
    expect(code).toBe(0);
    expect(text).toBe(
      `Run ${id} (shop.ts) is stopping.\nThe queue is held: no queued run begins before \`loadstar queue release\`.`,
    );
    expect(faces.runs.asked).toContain(`stop ${id} 2000`);
    expect((await loadstar('status')).text).toMatch(/^Queue: 0 waiting, held: /m);
    expect(await loadstar('queue', 'release')).toEqual({ text: 'The queue gives turns, 0 waiting.', code: 0 });
    expect((await loadstar('queue', 'hold')).text).toMatch(/^The queue is held, 0 waiting: .*queue release/);
    expect((await loadstar('queue', 'forget')).text).toContain('Allowed choices are hold, release');
  });

  it('says what to do when it may not, when nobody answers, and when somebody else does', async () => {
    const small = await loadstar('stop', '--token', tokens.viewer);
    expect(small.code).toBe(2);
    expect(small.text).toMatch(/refuses \(403\): The role "viewer" may not do this; it needs "runner"\.\n.*--token/);
    const other = createServer((_request, response) => response.end('<h1>It works!</h1>'));
    await once(other.listen(0, '127.0.0.1'), 'listening');
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    const somebody = await loadstar('status', '--master', url);
    expect(somebody).toMatchObject({
      code: 2,
      text: expect.stringMatching(/something answers there that is no master/),
    });
    other.closeAllConnections();
    await new Promise((resolve) => other.close(resolve));
    const nobody = await loadstar('status', '--master', url);
    expect(nobody.code).toBe(2);
    expect(nobody.text).toMatch(/No master answers at http:\S+: .*ECONNREFUSED.*\n.*--master/);
  });

  it.each([
    ['status', '--master', 'somewhere'],
    ['stop', '--grace', '-1'],
    ['stop', '--grace', 'soon'],
  ])('refuses %s %s %s as a usage error', async (...args) => {
    const { text } = await loadstar(...args);
    expect(text).toMatch(/^error: option '.*' argument '.*' is invalid\. It must be a /m);
  });
});
