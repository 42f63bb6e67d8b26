import { spawnSync } from 'node:child_process';

/** Version of a Debian package, for tools that do not tell their own. */
export function packageVersion(name: string): string {
  const { stdout } = spawnSync('dpkg-query', ['-W', '-f', '${Version}', name], { encoding: 'utf8' });
  return stdout?.trim() || 'of unknown version';
}
