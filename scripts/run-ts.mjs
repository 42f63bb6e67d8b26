// Runs a TypeScript file of this repository against the sources, without a build:
//
//   node scripts/run-ts.mjs FILE [arguments]
import { join, basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { runOrExplain } from './usage.mjs';

const root = join(import.meta.dirname, '..');
const [file, ...rest] = process.argv.slice(2);
if (file === undefined) {
  process.stderr.write('Usage: node scripts/run-ts.mjs FILE [arguments]\n');
  process.exit(1);
}
await runOrExplain(file, rest, run);

async function run() {
  // Inside node_modules, so that packages are found from there.
  const bundle = join(root, 'node_modules/.cache/loadstar', `${basename(file, '.ts')}-${process.pid}.mjs`);
  await build({
    entryPoints: [file],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    tsconfig: join(root, 'tsconfig.json'),
    alias: Object.fromEntries(
      ['shared', 'stats', 'scenario', 'engine', 'report', 'protocol', 'telemetry'].map((lib) => [
        `@loadstar/${lib}`,
        join(root, `libs/${lib}/src/index.ts`),
      ]),
    ),
    logLevel: 'error',
  });
  process.argv = [process.argv[0], file, ...rest];
  try {
    await import(pathToFileURL(bundle).href);
  } finally {
    const { rm } = await import('node:fs/promises');
    await rm(bundle, { force: true });
  }
}
