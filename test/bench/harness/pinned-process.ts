/**
 * Processes of a measurement: pinned to a core, in a process group of their own, so that they can be ended with all that
 * they started, and with the CPU time that they and their children took.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { environment } from '@loadstar/shared';

/** Servers run here. */
export const serverCore = 0;
/** Whatever makes the requests runs here. */
export const clientCore = 1;

const alive = new Set<ChildProcess>();
process.on('exit', () => alive.forEach((child) => endGroup(child, 'SIGKILL')));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(130));

/** Process ids of what runs now. */
export const startedProcesses = (): number[] => [...alive].flatMap(({ pid }) => (pid === undefined ? [] : [pid]));

export interface Spent {
  readonly stdout: string;
  readonly stderr: string;
  /** User and system time of the process and its children. */
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
}

export interface RunOptions {
  readonly cwd?: string | undefined;
  readonly env?: Readonly<Record<string, string>>;
  /** After which the process is ended and the run fails. */
  readonly limitSeconds: number;
  readonly onLine?: (line: string) => void;
  /** Whether an exit code other than 0 is no failure. */
  readonly anyExit?: boolean;
}

const cpuMark = 'LOADSTAR-CPU';

/** Runs a command to its end on the clients' core. */
export async function runClient(command: string, args: readonly string[], options: RunOptions): Promise<Spent> {
  const script = `TIMEFORMAT='${cpuMark} %3U %3S'; time "$@"`;
  const child = start(clientCore, 'bash', ['-c', script, 'bench', command, ...args], options);
  const startedMs = performance.now();
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  if (options.onLine && child.stdout) createInterface({ input: child.stdout }).on('line', options.onLine);
  let late = false;
  const limit = setTimeout(() => {
    late = true;
    endGroup(child, 'SIGKILL');
  }, options.limitSeconds * 1000);
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  clearTimeout(limit);
  const [, user, system] = new RegExp(`${cpuMark} ([\\d.]+) ([\\d.]+)`).exec(stderr) ?? [];
  if (late) throw new Error(`${command} did not end within ${options.limitSeconds} s`);
  if (code !== 0 && options.anyExit !== true) throw new Error(`${command} ended with ${code}: ${stderr.slice(0, 400)}`);
  return {
    stdout,
    stderr: stderr.split(cpuMark)[0] ?? '',
    cpuSeconds: Number(user) + Number(system),
    wallSeconds: (performance.now() - startedMs) / 1000,
  };
}

export interface Server {
  readonly url: string;
  readonly child: ChildProcess;
  close(): Promise<void>;
}

/** Starts a process that runs until it is ended. */
export function start(
  core: number,
  command: string,
  args: readonly string[],
  options: Partial<RunOptions> & { ipc?: true },
): ChildProcess {
  const child = spawn('taskset', ['-c', String(core), command, ...args], {
    cwd: options.cwd,
    env: { ...environment(), PATH: searchPath(), ...options.env } as NodeJS.ProcessEnv,
    stdio: options.ipc ? ['ignore', 'ignore', 'inherit', 'ipc'] : ['ignore', 'pipe', 'pipe'],
    serialization: 'advanced',
    detached: true,
  });
  alive.add(child);
  child.on('exit', () => alive.delete(child));
  child.on('error', (error) => process.stderr.write(`${command}: ${error.message}\n`));
  return child;
}

export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  endGroup(child, 'SIGTERM');
  const limit = setTimeout(() => endGroup(child, 'SIGKILL'), 3_000);
  await gone;
  clearTimeout(limit);
}

function endGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  } catch {
    // It has ended by itself.
  }
}

/** Debian keeps nginx where only root looks. */
function searchPath(): string {
  return `${environment()['PATH'] ?? ''}${delimiter}/usr/sbin${delimiter}/sbin`;
}

export function installed(command: string): boolean {
  return searchPath()
    .split(delimiter)
    .some((folder) => existsSync(join(folder, command)));
}
