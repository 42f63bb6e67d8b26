// Where the benchmarks' files are: as built (what is imported or started) and as written (what is read).
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { environment } from '@loadstar/shared';

/** Set by scripts/run-bench.mjs. */
const built = environment()['LOADSTAR_BENCH_BUILT'] ?? '';

export const sourceFile = (...parts: string[]): string => resolve('test/bench', ...parts);

/** The built file of a process, such as `engine/run-engine`. */
export const builtFile = (name: string): string => join(built, `${name}.js`);

/** Imports every file of a folder; each exports one thing under `key`. */
export async function loadAll<T>(folder: string, key: string): Promise<T[]> {
  const files = readdirSync(join(built, folder)).filter((name) => name.endsWith('.js'));
  const modules = await Promise.all(files.map((name) => import(pathToFileURL(join(built, folder, name)).href)));
  return modules.map((module: Record<string, unknown>) => module[key] as T);
}
