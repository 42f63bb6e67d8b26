// Turns a scenario file into one piece of text that any engine can run: nothing is executed here, so the master may do it.
import { createHash } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { LoadstarError } from '@loadstar/shared';
import type { BuildFailure, Message } from 'esbuild';
import { scenarioApiNames } from '../api.js';
import { didYouMean } from '../read/did-you-mean.js';
import { build } from './esbuild-service.js';
import { scenarioApiNamespace, scenarioApiPlugin } from './scenario-api-plugin.js';

/** A scenario and everything it imports, as one ES module. */
export interface ScenarioBundle {
  /** File name without its folder, such as `simple-load.ts`. */
  readonly name: string;
  /** SHA-256 of `code`, hexadecimal: equal hashes are equal scenarios. */
  readonly hash: string;
  readonly code: string;
  /** Absolute path of the file. */
  readonly sourceFile: string;
}

const extensions = ['.ts', '.mts', '.cts', '.tsx', '.js', '.mjs', '.cjs'];
const mostErrorsShown = 10;

// CommonJS packages that are bundled in may still ask for Node's own modules by `require`.
const banner = `import { createRequire as $loadstarRequire } from 'node:module'; const require = $loadstarRequire(import.meta.url);`;

/**
 * Compiles and bundles a TypeScript or JavaScript scenario. Relative imports, npm packages, JSON and text files (`.txt`,
 * `.csv`) go into the bundle, Node's own modules stay outside. Types are not checked. A `tsconfig.json` beside or
 * above the file is honoured (path aliases, either kind of decorators).
 *
 * @param file path of the scenario, relative to the working directory or absolute
 * @throws LoadstarError SCENARIO_NOT_FOUND, or SCENARIO_COMPILE with file, line, column and the text of each bad line
 */
export async function bundleScenario(file: string): Promise<ScenarioBundle> {
  const sourceFile = resolve(file);
  await requireFile(file, sourceFile);
  const code = await compile(sourceFile);
  const hash = createHash('sha256').update(code).digest('hex');
  return { name: basename(sourceFile), hash, code, sourceFile };
}

async function compile(sourceFile: string): Promise<string> {
  const folder = dirname(sourceFile);
  try {
    const result = await build({
      entryPoints: [sourceFile],
      absWorkingDir: folder,
      outfile: resolve(folder, 'bundle.mjs'),
      write: false,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      loader: { '.csv': 'text' },
      banner: { js: banner },
      plugins: [scenarioApiPlugin],
      // Paths in the map are relative to the (unwritten) outfile; the root makes them absolute again wherever the
      // bundle is stored. Sources stay out of it, because the bundle travels to every worker.
      sourcemap: 'inline',
      sourceRoot: pathToFileURL(`${folder}/`).href,
      sourcesContent: false,
      legalComments: 'none',
      logLevel: 'silent',
    });
    return result.outputFiles[0]?.text ?? '';
  } catch (error) {
    if (isBuildFailure(error)) throw compileError(error.errors);
    throw error;
  }
}

async function requireFile(file: string, sourceFile: string): Promise<void> {
  const found = await stat(sourceFile).catch(() => undefined);
  if (found?.isFile()) return;
  const beside = await readdir(dirname(sourceFile)).catch(() => []);
  const scenarios = beside.filter(
    (name) => extensions.some((extension) => name.endsWith(extension)) && !name.endsWith('.d.ts'),
  );
  const available =
    scenarios.length > 0 ? scenarios.sort() : [`a path to a file ending in ${extensions.slice(0, 1).join()} or .js`];
  throw new LoadstarError('SCENARIO_NOT_FOUND', { scenario: file, available });
}

function compileError(errors: readonly Message[]): LoadstarError {
  const fields = errors
    .slice(0, mostErrorsShown)
    .map((message) => ({ field: place(message), problem: problemOf(message) }));
  const lines = errors.slice(0, mostErrorsShown).map((message) => {
    const where = place(message);
    const source = message.location?.lineText.trim();
    return `${where ? `${where}: ` : ''}${problemOf(message)}${source ? `\n    ${source}` : ''}`;
  });
  if (errors.length > mostErrorsShown) lines.push(`and ${errors.length - mostErrorsShown} more`);
  return new LoadstarError('SCENARIO_COMPILE', { detail: lines.join('\n') }, fields);
}

// Line and column from 1, as editors count.
function place({ location }: Message): string {
  return location ? `${location.file}:${location.line}:${location.column + 1}` : '';
}

function problemOf({ text }: Message): string {
  const missingPackage = /^Could not resolve "([^./][^"]*)"/.exec(text)?.[1];
  if (missingPackage) return `the package "${missingPackage}" is not installed`;
  const unknownName = new RegExp(`^No matching export in "${scenarioApiNamespace}:[^"]*" for import "([^"]+)"`).exec(
    text,
  )?.[1];
  if (unknownName) return `"loadstar" exports no "${unknownName}"${didYouMean(unknownName, scenarioApiNames)}`;
  return text;
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && Array.isArray((error as Partial<BuildFailure>).errors);
}
