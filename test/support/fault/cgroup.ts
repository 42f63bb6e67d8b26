import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { newId } from '@loadstar/shared';

/** Less of the machine for some processes: control groups of Linux, version 1, which need root. */
const root = '/sys/fs/cgroup';

/** @returns what sets the processes free again */
export function limitCpu(pids: readonly number[], percent: number): () => Promise<void> {
  const periodUs = 100_000;
  return confine('cpu', pids, {
    'cpu.cfs_period_us': String(periodUs),
    'cpu.cfs_quota_us': String(Math.max(1_000, Math.round((percent / 100) * periodUs))),
  });
}

/** From now on the processes may take so many bytes more; whoever takes more is killed by the kernel. */
export function limitMemory(pids: readonly number[], bytes: number): () => Promise<void> {
  return confine('memory', pids, { 'memory.limit_in_bytes': String(bytes) });
}

/** A file system of its own size at a folder, to be full at will. @returns what takes it away */
export function smallDisk(folder: string, megabytes: number): () => Promise<void> {
  mkdirSync(folder, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder]);
  // Lazily, because processes that the test has not ended yet may have files there.
  return () => Promise.resolve(void execFileSync('umount', ['-l', folder]));
}

function confine(kind: string, pids: readonly number[], limits: Record<string, string>): () => Promise<void> {
  const group = join(root, kind, `loadstar-test-${newId(8)}`);
  mkdirSync(group);
  for (const [name, value] of Object.entries(limits)) writeFileSync(join(group, name), value);
  for (const pid of pids) writeFileSync(join(group, 'cgroup.procs'), String(pid));
  return async () => {
    for (const pid of readFileSync(join(group, 'cgroup.procs'), 'utf8').split('\n')) {
      if (pid !== '') tryTo(() => writeFileSync(join(root, kind, 'cgroup.procs'), pid));
    }
    // A process that has just ended leaves its group a moment later.
    for (let attempt = 0; attempt < 50; attempt++) {
      if (tryTo(() => rmdirSync(group))) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
}

function tryTo(work: () => void): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}
