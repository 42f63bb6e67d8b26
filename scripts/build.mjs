// Builds everything into dist/: one TypeScript program for all apps and libs through the Nest CLI (its Swagger plugin
// fills the OpenAPI document), and the console through Vite, side by side; then the engine process into one file.
//
//   node scripts/build.mjs               build
//   node scripts/build.mjs --if-stale    build only when a source is newer than the last build
//   node scripts/build.mjs --if-possible skip when the build tools are not installed (npm ci --omit=dev)
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildStamp, isBuildStale } from './build-stamp.mjs';

const root = join(import.meta.dirname, '..');

const run = (name, script, args) =>
  new Promise((resolve) => {
    const startedMs = performance.now();
    const child = spawn(process.execPath, [join(root, 'node_modules', script), ...args], { cwd: root });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('close', (code) => {
      const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
      if (code === 0) process.stdout.write(`  built ${name} in ${seconds} s\n`);
      else process.stderr.write(`  ${name} failed:\n${output}\n`);
      resolve(code === 0);
    });
  });

const flags = new Set(process.argv.slice(2));
const toolsMissing =
  !existsSync(join(root, 'node_modules/@nestjs/cli')) || !existsSync(join(root, 'node_modules/vite'));
if (flags.has('--if-possible') && toolsMissing) {
  process.stdout.write('  build tools are not installed: dist/ is left as it is\n');
} else if (!flags.has('--if-stale') || isBuildStale()) {
  rmSync(join(root, 'dist'), { recursive: true, force: true });
  const results = await Promise.all([
    run('apps and libs', '@nestjs/cli/bin/nest.js', ['build', 'platform']),
    run('console', 'vite/bin/vite.js', ['build', 'apps/console', '--logLevel', 'warn']),
  ]);
  if (!results.every(Boolean)) process.exit(1);
  // Loaded late: where the build tools are missing, esbuild may be as well.
  const { bundleEngine, engineEntry } = await import('./bundle-engine.mjs');
  await bundleEngine(engineEntry, join(root, 'dist/libs/engine/src/process/engine-main.js'));
  mkdirSync(join(root, 'dist'), { recursive: true });
  writeFileSync(buildStamp, '');
}
