import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * Keeps a join token that was made up where people find it who start further workers.
 *
 * @param dataDir the master's folder; made when it is not there
 * @returns the file, which its owner alone may read
 * @throws Error of the file system
 */
export function keepJoinToken(dataDir: string, token: string): string {
  const file = join(resolve(dataDir), 'join-token');
  mkdirSync(dataDir, { recursive: true });
  // Written into, a file that is there already would keep its mode.
  rmSync(file, { force: true });
  writeFileSync(file, `${token}\n`, { mode: 0o600 });
  return file;
}
