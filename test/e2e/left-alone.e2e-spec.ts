// An app whose supervisor is killed ends by itself, whenever that happens: nobody else would ever end it. The supervisor
// takes with it the channel between them and the pipes that the app logs to.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pause } from '../support/eventually.js';
import { leash } from '../support/leash.js';
import { repository } from '../support/apps.js';

jest.setTimeout(120_000);

/** Says the app's process id, then what the app tells it. What the app has at 4 is open for as long as the app lives. */
const supervisor = `
  const [script, settings] = process.argv.slice(1);
  const child = require('node:child_process').fork(script, [], {
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...JSON.parse(settings) },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc', 1],
  });
  child.stdout.resume();
  child.stderr.resume();
  child.on('message', ({ kind }) => process.stdout.write(kind + '\\n'));
  process.stdout.write(child.pid + '\\n');
`;

/** Kills the supervisor some time after it has started the app, or when that is ready. @returns when the app has ended */
async function leaveAlone(app: string, settings: Record<string, string>, after: number | 'ready'): Promise<void> {
  const script = join(repository, 'dist/apps', app, 'src/main.js');
  const parent = spawn(process.execPath, ['-e', supervisor, script, JSON.stringify(settings)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  // With the pipe closed by all who have it.
  const ended = new Promise((resolve) => parent.on('close', resolve));
  let said = '';
  const says = (text: RegExp): Promise<void> =>
    new Promise((resolve) => {
      parent.stdout.on('data', (chunk) => {
        said += String(chunk);
        if (text.test(said)) resolve();
      });
    });
  await says(after === 'ready' ? /ready\n/ : /\n/);
  const letGo = leash(Number.parseInt(said, 10));
  if (after !== 'ready') await pause(after);
  parent.kill('SIGKILL');
  await ended;
  letGo();
}

describe('an app whose supervisor was killed', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'loadstar-left-alone-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each([
    ['target', { TARGET_PORT: '0' }],
    ['worker', { LOADSTAR_WORKER_PORT: '0', LOADSTAR_MASTER_URL: 'http://127.0.0.1:9' }],
    ['master', { LOADSTAR_PORT: '0' }],
  ])('%s: ends, while it starts and when it is ready', async (app, settings) => {
    const env = {
      LOADSTAR_JOIN_TOKEN: 'left-alone-join-token',
      LOADSTAR_DATA_DIR: join(folder, app),
      LOADSTAR_WORKER_DATA_DIR: join(folder, app),
      LOADSTAR_ENGINES: '1',
      ...settings,
    };
    // How far it is by then is chance, and must make no difference.
    for (const after of [0, 400, 'ready'] as const) await leaveAlone(app, env, after);
  });
});
