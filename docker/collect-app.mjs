// Copies what one app loads at run time, and nothing else, into a folder of its own: an image then holds a tenth of
// node_modules. The files are found by following every import from the app's entry points.
//
//   node docker/collect-app.mjs master /out/master
import { cpSync, lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { nodeFileTrace } from '@vercel/nft';

const root = join(import.meta.dirname, '..');
const main = (app) => `dist/apps/${app}/src/main.js`;

/** Entry points of each app, and what it reads without importing it: folders, whole packages, native parts of packages. */
const apps = {
  master: {
    entries: [main('master')],
    extra: [
      'dist/apps/console',
      'scenarios',
      'node_modules/swagger-ui-dist',
      'node_modules/@bull-board/ui',
      'node_modules/@libsql',
    ],
  },
  worker: { entries: [main('worker'), 'dist/libs/engine/src/process/engine-main.js'], extra: [] },
  target: { entries: [main('target')], extra: [] },
};
const everywhere = ['docker/start.mjs', 'docker/health.mjs', 'docker/secrets.mjs', 'package.json'];
/** Never loaded by Node, or not on the C library of these images; in some packages most of their size. */
const deadWeight = /\.(map|md|ts|mts|cts|tsbuildinfo)$|\.spec\.js$|-musl\//;

const [name = '', out = ''] = process.argv.slice(2);
const app = apps[name];
if (!app || !out) {
  process.stderr.write(`usage: node docker/collect-app.mjs ${Object.keys(apps).join('|')} FOLDER\n`);
  process.exit(1);
}

const { fileList } = await nodeFileTrace([...app.entries, ...everywhere.filter((file) => file.endsWith('.mjs'))], {
  base: root,
  processCwd: root,
});
const extra = app.extra.filter(exists).flatMap((path) => filesBelow(path, path === 'scenarios' ? /$^/ : deadWeight));
let bytes = 0;
for (const file of new Set([...fileList, ...everywhere, ...extra])) {
  const info = lstatSync(join(root, file));
  if (info.isDirectory()) continue;
  mkdirSync(join(out, dirname(file)), { recursive: true });
  cpSync(join(root, file), join(out, file), { verbatimSymlinks: true });
  bytes += info.size;
}
process.stdout.write(`  ${name}: ${(bytes / 1e6).toFixed(1)} MB\n`);

function exists(path) {
  return lstatSync(join(root, path), { throwIfNoEntry: false }) !== undefined;
}

function filesBelow(path, without) {
  const whole = join(root, path);
  return readdirSync(whole, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .filter((file) => !without.test(file));
}
