// Whether dist/ is as new as what it is built from.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
/** Written when a build is complete. */
export const buildStamp = join(root, 'dist', '.built');
const sources = [
  'apps',
  'libs',
  'scripts/build.mjs',
  'scripts/bundle-engine.mjs',
  'nest-cli.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'package.json',
];

const newest = (path) => {
  const info = statSync(path);
  if (!info.isDirectory()) return info.mtimeMs;
  const entries = readdirSync(path, { withFileTypes: true }).filter((entry) => entry.name !== 'node_modules');
  return Math.max(0, ...entries.map((entry) => newest(join(path, entry.name))));
};

export function isBuildStale() {
  if (!existsSync(buildStamp)) return true;
  const builtMs = statSync(buildStamp).mtimeMs;
  return sources.some((source) => newest(join(root, source)) > builtMs);
}
