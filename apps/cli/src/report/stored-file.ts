import { readFile } from 'node:fs/promises';
import { LoadstarError } from '@loadstar/shared';
import { readStoredRun, type StoredRun } from '@loadstar/report';

/** Reads a run that `--json` wrote. @throws LoadstarError NOT_FOUND, INVALID_INPUT */
export async function readRunFile(file: string): Promise<StoredRun> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw new LoadstarError('NOT_FOUND', { what: 'report', id: file });
    const detail = `${file} cannot be read: ${codeOf(error) ?? String(error)}`;
    throw new LoadstarError('INVALID_INPUT', { detail });
  }
  return readStoredRun(text, file);
}

/** Of a system call that failed, such as ENOENT; errors of other realms have one, too. */
function codeOf(error: unknown): string | undefined {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : undefined;
}
