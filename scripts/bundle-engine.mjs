// Makes one file of an engine process: its 230 modules and those of the packages took three times the CPU time to load.
import { join } from 'node:path';
import { build } from 'esbuild';

const root = join(import.meta.dirname, '..');

/** Loaded when a scenario needs it, if ever. */
const loadedLater = ['tough-cookie', 'esbuild'];

/** Lets what nobody calls be left out, as the logger of the apps; esbuild would load every package that is imported. */
const packagesWithoutEffects = {
  name: 'packages-without-effects',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^[a-z]/ }, async ({ path, importer, resolveDir, kind, pluginData }) => {
      const own = path.startsWith('node:') || kind === 'entry-point' || pluginData === packagesWithoutEffects;
      if (own || loadedLater.includes(path)) return undefined;
      const found = await resolve(path, { importer, resolveDir, kind, pluginData: packagesWithoutEffects });
      return { ...found, sideEffects: false };
    });
  },
};

/** The entry of the engine processes that workers and the command line fork. */
export const engineEntry = join(root, 'libs/engine/src/process/engine-main.ts');

/**
 * @param {string} entry file of TypeScript
 * @param {string} outfile its source map is written beside it
 */
export async function bundleEngine(entry, outfile) {
  await build({
    entryPoints: [entry],
    outfile,
    bundle: true,
    allowOverwrite: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    tsconfig: join(root, 'tsconfig.json'),
    external: loadedLater,
    plugins: [packagesWithoutEffects],
    sourcemap: 'linked',
    sourcesContent: false,
    logLevel: 'error',
  });
}
