import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';

/**
 * What a test has started must not outlive the tests, also when these are killed and can end nothing any more, and when
 * what they started is stopped by a signal: a shell waits until they are gone, which ends its standard input, and kills.
 * @returns what takes the leash off, once the processes have ended or may live on
 */
export function leash(...pids: readonly number[]): () => void {
  const holder = spawn('sh', ['-c', 'read -r _; kill -KILL "$@"', 'leash', ...pids.map(String)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    // A signal to the whole group of the tests is not for the one that has to be there after it.
    detached: true,
  });
  holder.unref();
  (holder.stdin as Socket).unref();
  return () => void holder.kill('SIGKILL');
}
