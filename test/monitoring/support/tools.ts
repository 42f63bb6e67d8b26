import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { eventually } from '../../support/eventually.js';
import { leash } from '../../support/leash.js';

/** The programs of the Prometheus family, under Debian's names or upstream's; scripts/require-tools.mjs asks for them. */
const programs = {
  prometheus: ['prometheus'],
  promtool: ['promtool'],
  alertmanager: ['prometheus-alertmanager', 'alertmanager'],
  amtool: ['amtool'],
  nodeExporter: ['prometheus-node-exporter', 'node_exporter'],
} as const;

export function program(name: keyof typeof programs): string {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    for (const candidate of programs[name]) {
      if (existsSync(join(folder, candidate))) return join(folder, candidate);
    }
  }
  throw new Error(`none of ${programs[name].join(', ')} is on the PATH`);
}

/** Runs a program to its end. */
export function run(file: string, args: string[], env: Record<string, string> = {}): { code: number; output: string } {
  const { PATH = '' } = process.env;
  const { status, stdout, stderr, error } = spawnSync(file, args, { encoding: 'utf8', env: { PATH, ...env } });
  if (error) throw error;
  return { code: status ?? -1, output: stdout + stderr };
}

export interface Service {
  /** host:port */
  readonly address: string;
  readonly url: string;
  end(): Promise<void>;
}

/** Starts a program that listens on the given port, and waits until the path answers. */
export async function startService(
  file: string,
  args: string[],
  { port, ready, env = {} }: { port: number; ready: string; env?: Record<string, string> },
): Promise<Service> {
  const { PATH = '' } = process.env;
  const child: ChildProcess = spawn(file, args, { env: { PATH, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  child.on('exit', leash(child.pid ?? 0));
  let log = '';
  child.stdout?.on('data', (chunk) => (log += String(chunk)));
  child.stderr?.on('data', (chunk) => (log += String(chunk)));
  const ended = new Promise<void>((resolve) => {
    child.on('exit', () => resolve());
  });
  const address = `127.0.0.1:${port}`;
  await eventually(async () => {
    if (child.exitCode !== null) throw new Error(`${file} ended with ${child.exitCode}:\n${log}`);
    const response = await fetch(`http://${address}${ready}`);
    if (!response.ok) throw new Error(`${file} is not ready: ${response.status}\n${log}`);
  }, 90_000);
  return {
    address,
    url: `http://${address}`,
    end: () => {
      child.kill('SIGTERM');
      return ended;
    },
  };
}
