/** Looks at the folder of scenarios: which files there are, and whether anything beneath has changed. */
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

const scenarioFile = /^(?!\.).*\.(?:ts|mts|js|mjs)$/;
const notScenario = /\.(?:d|spec|test|config)\.m?[tj]s$/;
const skippedFolders = new Set(['node_modules', 'dist']);
/** A folder that is no scenario folder by mistake (a home, say) must not be walked for ever. */
const filesLookedAt = 2_000;

export interface FolderState {
  /** Names of the scenario files at the top of the folder, sorted. */
  readonly names: readonly string[];
  /** Equal signatures mean that no source beneath the folder has changed. */
  readonly signature: string;
  /** The folder and those beneath it that were looked at; empty when it does not exist. */
  readonly folders: readonly string[];
}

/** @returns an empty list when the folder does not exist */
export async function lookAtFolder(folder: string): Promise<FolderState> {
  const names = (await filesOf(folder)).filter((name) => scenarioFile.test(name) && !notScenario.test(name)).sort();
  const stamps: string[] = [];
  const folders: string[] = [];
  await stampTree(folder, stamps, folders);
  return { names, signature: stamps.sort().join('\n'), folders };
}

async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile() || entry.isSymbolicLink()).map(({ name }) => name);
}

async function stampTree(folder: string, stamps: string[], folders: string[]): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => undefined);
  if (!entries) return;
  folders.push(folder);
  for (const entry of entries) {
    if (stamps.length >= filesLookedAt) return;
    if (entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!skippedFolders.has(entry.name)) await stampTree(path, stamps, folders);
      continue;
    }
    const facts = await stat(path).catch(() => undefined);
    if (facts?.isFile()) stamps.push(`${path} ${facts.size} ${facts.mtimeMs}`);
  }
}
