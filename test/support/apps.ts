import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type AppMessage, fromWireError } from '@loadstar/shared';
import { leash } from './leash.js';

/** Real processes of the built apps for tests: each on a port the system chose, ended by the test that started it. */

export const repository = join(__dirname, '../..');

export interface AppHandle {
  readonly name: string;
  readonly url: string;
  readonly pid: number;
  readonly process: ChildProcess;
  /** Everything the process has written so far. */
  log(): string;
  /** Sends a signal and waits for the end. */
  end(signal?: NodeJS.Signals): Promise<{ code: number | null; signal: string | null }>;
}

export type AppName = 'master' | 'worker' | 'target';

/** Environment that every test process gets; nothing of the developer's own settings leaks in. */
function cleanEnvironment(extra: Record<string, string>): Record<string, string> {
  const { PATH = '', HOME = '', TMPDIR = '' } = process.env;
  return { PATH, HOME, ...(TMPDIR ? { TMPDIR } : {}), LOADSTAR_LOG_LEVEL: 'info', ...extra };
}

/**
 * Starts one app and waits until it is ready.
 * @throws LoadstarError as the app told it, or Error with its log when it ended without a word
 */
export function startApp(app: AppName, env: Record<string, string>, name: string = app): Promise<AppHandle> {
  const script = join(repository, 'dist/apps', app, 'src/main.js');
  if (!existsSync(script)) throw new Error(`${script} is not built: run npm run build`);
  let log = '';
  const child = fork(script, [], {
    cwd: repository,
    env: cleanEnvironment(env),
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  child.stdout?.on('data', (chunk) => (log += String(chunk)));
  child.stderr?.on('data', (chunk) => (log += String(chunk)));
  const letGo = leash(child.pid ?? 0);
  const ended = new Promise<{ code: number | null; signal: string | null }>((resolve) => {
    child.on('exit', (code, signal) => {
      letGo();
      resolve({ code, signal });
    });
  });
  return new Promise((resolve, reject) => {
    child.on('message', (message: AppMessage) => {
      if (message.kind === 'failed') return reject(fromWireError(message.error));
      if (message.kind !== 'ready') return;
      resolve({
        name,
        url: message.url,
        pid: child.pid ?? 0,
        process: child,
        log: () => log,
        end: (signal = 'SIGTERM') => {
          child.kill(signal);
          return ended;
        },
      });
    });
    // Its last words may be read after it has ended, but not after its streams have.
    child.on('close', (code, signal) => reject(new Error(`${name} ended early (${code ?? signal}):\n${log}`)));
  });
}
