import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { repository } from './apps.js';
import { leash } from './leash.js';

/** Runs the built `loadstar` command as a user's shell would. */
export interface CommandResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface RunningCommand {
  readonly process: ChildProcess;
  /** Resolves once the text has appeared on either stream. */
  says(text: string | RegExp): Promise<void>;
  readonly result: Promise<CommandResult>;
}

export function loadstar(args: string[], env: Record<string, string> = {}): RunningCommand {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [join(repository, 'bin/loadstar.js'), ...args], {
    cwd: repository,
    env: { PATH, HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.on('exit', leash(child.pid ?? 0));
  let stdout = '';
  let stderr = '';
  const listeners = new Set<() => void>();
  const heard = (): void => {
    for (const listener of listeners) listener();
  };
  child.stdout.on('data', (chunk) => {
    stdout += String(chunk);
    heard();
  });
  child.stderr.on('data', (chunk) => {
    stderr += String(chunk);
    heard();
  });
  const result = new Promise<CommandResult>((resolve) => {
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
  const says = (text: string | RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const all = stdout + stderr;
        if (typeof text === 'string' ? !all.includes(text) : !text.test(all)) return;
        listeners.delete(look);
        resolve();
      };
      listeners.add(look);
      look();
      void result.then(() =>
        reject(new Error(`the command ended without saying ${String(text)}:\n${stdout}${stderr}`)),
      );
    });
  return { process: child, says, result };
}
