// What a figure belongs to: the machine, the tools' versions, the day and the state of the repository.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { environment } from '@loadstar/shared';

const line = (command: string, ...args: string[]): string => {
  const { stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  return `${stdout ?? ''}${stderr ?? ''}`.trim();
};

export function machineWords(): string {
  const cores = cpus();
  const memory = (totalmem() / 2 ** 30).toFixed(1);
  return `${cores.length} cores of ${cores[0]?.model.trim() ?? 'an unknown CPU'}, ${memory} GiB, ${type()} ${release()}, Node ${process.version.slice(1)}`;
}

/** Which network the traffic of a comparison goes over. */
export function networkWords(): string {
  const own = environment()['LOADSTAR_BENCH_NETWORK'] === 'own';
  const control = readFileSync('/proc/sys/net/ipv4/tcp_congestion_control', 'utf8').trim();
  return `loopback of ${own ? 'a network namespace of its own' : 'the host, with its firewall rules'}, ${control}`;
}

export const nginxVersion = (): string => /nginx\/(\S+)/.exec(line('/usr/sbin/nginx', '-v'))?.[1] ?? 'not installed';

export const commit = (): string => line('git', 'rev-parse', '--short', 'HEAD');

export const dayAndTime = (date: Date): string => `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
