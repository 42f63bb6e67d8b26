// What a figure belongs to: the machine, the tools' versions, the day and the state of the repository.
import { spawnSync } from 'node:child_process';
import { cpus, release, totalmem, type } from 'node:os';

const line = (command: string, ...args: string[]): string => {
  const { stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  return `${stdout ?? ''}${stderr ?? ''}`.trim();
};

export function machineWords(): string {
  const cores = cpus();
  const memory = (totalmem() / 2 ** 30).toFixed(1);
  return `${cores.length} cores of ${cores[0]?.model.trim() ?? 'an unknown CPU'}, ${memory} GiB, ${type()} ${release()}, Node ${process.version.slice(1)}`;
}

export const nginxVersion = (): string => /nginx\/(\S+)/.exec(line('/usr/sbin/nginx', '-v'))?.[1] ?? 'not installed';

export const commit = (): string => line('git', 'rev-parse', '--short', 'HEAD');

export const dayAndTime = (date: Date): string => `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
