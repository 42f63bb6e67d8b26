// Runs one of the benchmarks under test/bench: `node scripts/run-bench.mjs bench.ts [arguments]`. All files there are built
// into one folder with the same names, so that cases and peers are found by listing their folder and generators and
// servers can be started as processes of their own.
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { bundleEngine } from './bundle-engine.mjs';
import { runInOwnNetwork } from './own-network.mjs';
import { runOrExplain } from './usage.mjs';

const root = join(import.meta.dirname, '..');
const source = join(root, 'test/bench');
const [file = 'bench.ts', ...rest] = process.argv.slice(2);
process.chdir(root);
await runOrExplain(join(source, file), rest, async () => {
  // What speaks to servers; the others would gain nothing.
  const isComparison = file === 'bench.ts' && !rest.includes('--list');
  const outside = isComparison && process.env.LOADSTAR_BENCH_NETWORK === undefined;
  const ended = outside ? runInOwnNetwork(process.execPath, process.argv.slice(1)) : undefined;
  if (ended === undefined) await run();
  else process.exitCode = await ended;
});

async function run() {
  // Inside node_modules, so that packages are found from there.
  const built = join(root, 'node_modules/.cache/loadstar', `bench-${process.pid}`);
  mkdirSync(built, { recursive: true });
  process.on('exit', () => rmSync(built, { recursive: true, force: true }));

  const apart = /^(console|verdicts|scenarios)\//;
  const entryPoints = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('spec.ts') && !apart.test(name))
    .map((name) => join(source, name));
  const libs = ['shared', 'stats', 'scenario', 'engine', 'protocol', 'report', 'telemetry'];
  await build({
    entryPoints,
    outbase: source,
    outdir: built,
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    tsconfig: join(root, 'tsconfig.json'),
    alias: {
      '@loadstar/scenario/loader': join(root, 'libs/scenario/src/loader/index.ts'),
      ...Object.fromEntries(libs.map((lib) => [`@loadstar/${lib}`, join(root, `libs/${lib}/src/index.ts`)])),
    },
    logLevel: 'error',
  });
  // Loaded as an engine process is, which counts: its CPU time is measured from its first moment.
  await bundleEngine(join(source, 'engine/run-engine.ts'), join(built, 'engine/run-engine.js'));
  process.env.LOADSTAR_BENCH_BUILT = built;
  process.argv = [process.argv[0], file, ...rest];
  await import(pathToFileURL(join(built, file.replace(/\.ts$/, '.js'))).href);
}
