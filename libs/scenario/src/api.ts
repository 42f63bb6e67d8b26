import * as scenarioApi from './public.js';

/** Where a bundle finds the host's copy of the scenario API: one copy per process, so that `instanceof` holds. */
export const scenarioApiSymbol = Symbol.for('loadstar.scenario');

/** Names of the values that `import … from 'loadstar'` offers. */
export const scenarioApiNames: readonly string[] = Object.keys(scenarioApi).filter((name) => name !== '__esModule');

/** Engine glue: makes this copy the one that bundles use. Call it before a bundle is imported. */
export function installScenarioApi(): void {
  Object.defineProperty(globalThis, scenarioApiSymbol, { value: scenarioApi, configurable: true });
}
