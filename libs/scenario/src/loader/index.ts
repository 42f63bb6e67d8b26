// Loading scenario files: bundling (no execution, for whoever ships scenarios) and importing (for engines only).
export { bundleScenario, type ScenarioBundle } from './bundle-scenario.js';
export { importBundle } from './import-bundle.js';
