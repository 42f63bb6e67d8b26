// The engine's side of loading: the only place where scenario code is executed for the first time.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { LoadstarError, newId } from '@loadstar/shared';

const framesShown = 5;

/**
 * Runs a bundle and returns what it exports. Call `installScenarioApi()` first. Each call runs the module anew, with
 * state of its own. Switches source maps on for the process, so that stacks point into the author's files.
 *
 * @param code text made by `bundleScenario`
 * @param folder where the module may be written for the moment of loading; created when missing
 * @throws LoadstarError SCENARIO_THREW with the author's file and line when the module throws; SCENARIO_INVALID passes through
 */
export async function importBundle(code: string, folder: string): Promise<Record<string, unknown>> {
  process.setSourceMapsEnabled(true);
  await mkdir(folder, { recursive: true });
  const file = join(folder, `scenario-${newId()}.mjs`);
  await writeFile(file, code, { mode: 0o600 });
  try {
    return (await import(pathToFileURL(file).href)) as Record<string, unknown>;
  } catch (error) {
    throw loadError(error);
  } finally {
    await rm(file, { force: true });
  }
}

function loadError(error: unknown): LoadstarError {
  // A mistake that the scenario API itself reports, such as between(3, 1) at top level: keep its words, add its place.
  const scenarioError = error instanceof LoadstarError && error.code === 'SCENARIO_INVALID' ? error : undefined;
  const text = scenarioError
    ? String(scenarioError.details['detail'])
    : error instanceof Error
      ? `${error.name}: ${error.message}`
      : String(error);
  const stack = error instanceof Error && error.stack ? authorsFrames(error.stack) : [];
  const detail = [text, ...stack].join('\n    ');
  return new LoadstarError(scenarioError ? 'SCENARIO_INVALID' : 'SCENARIO_THREW', { detail }, [], { cause: error });
}

function authorsFrames(stack: string): string[] {
  const frames = stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line) && !/node:|\/libs\/scenario\/src\/|engine-main\.m?js/.test(line));
  return frames.slice(0, framesShown).map((line) => line.trim());
}
