/**
 * How a scenario is named in a request, on every route: by its file name in the folder, with or without the extension.
 * Answers always carry the whole name.
 */
import { basename } from 'node:path';

/** The one that is meant; a whole name comes before one without its extension. */
export function findScenario<T extends { readonly name: string }>(all: readonly T[], wanted: string): T | undefined {
  return all.find(({ name }) => name === wanted) ?? all.find(({ name }) => withoutExtension(name) === wanted);
}

function withoutExtension(file: string): string {
  return basename(file).replace(/\.[^.]+$/, '');
}
