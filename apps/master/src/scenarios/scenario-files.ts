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
  /** Whether any of the files is a link, so that its text may change in a folder that is not among these. */
  readonly hasLinks: boolean;
}

interface Found {
  readonly stamps: string[];
  readonly folders: string[];
  hasLinks: boolean;
}

/** @returns an empty list when the folder does not exist */
export async function lookAtFolder(folder: string): Promise<FolderState> {
  const names = (await filesOf(folder)).filter((name) => scenarioFile.test(name) && !notScenario.test(name)).sort();
  const found: Found = { stamps: [], folders: [], hasLinks: false };
  await stampTree(folder, found);
  const { stamps, folders, hasLinks } = found;
  return { names, signature: stamps.sort().join('\n'), folders, hasLinks };
}

async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile() || entry.isSymbolicLink()).map(({ name }) => name);
}

async function stampTree(folder: string, found: Found): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => undefined);
  if (!entries) return;
  found.folders.push(folder);
  for (const entry of entries) {
    if (found.stamps.length >= filesLookedAt) return;
    if (entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!skippedFolders.has(entry.name)) await stampTree(path, found);
      continue;
    }
    const facts = await stat(path).catch(() => undefined);
    // One that leads nowhere now may lead to a file later.
    if (entry.isSymbolicLink() && !facts?.isDirectory()) found.hasLinks = true;
    if (facts?.isFile()) found.stamps.push(`${path} ${facts.size} ${facts.mtimeMs}`);
  }
}
