import type { Plugin } from 'esbuild';
import { scenarioApiNames } from '../api.js';

/** Namespace of the stand-in, as it shows in esbuild's messages. */
export const scenarioApiNamespace = 'loadstar-scenario-api';

/**
 * Stands in for the package `loadstar` inside a bundle: every name is taken from the host's copy at run time, because a
 * second copy would make `instanceof HttpUser` false. The names come from the real entry, so they cannot drift.
 */
export const scenarioApiPlugin: Plugin = {
  name: scenarioApiNamespace,
  setup(build) {
    build.onResolve({ filter: /^loadstar$/ }, () => ({ path: 'loadstar', namespace: scenarioApiNamespace }));
    build.onLoad({ filter: /.*/, namespace: scenarioApiNamespace }, () => ({
      contents: virtualModule(),
      loader: 'js',
    }));
  },
};

function virtualModule(): string {
  return [
    `const api = globalThis[Symbol.for('loadstar.scenario')];`,
    `if (!api) throw new Error('A scenario bundle runs in a Loadstar engine only; start it with "loadstar run".');`,
    `export const { ${scenarioApiNames.join(', ')} } = api;`,
  ].join('\n');
}
