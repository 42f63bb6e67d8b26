import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { LoadstarError } from '@loadstar/shared';

/**
 * Writes a file under another name first, so that a half-written one never stands under its own.
 * @throws LoadstarError REPORT_NOT_WRITTEN
 */
export async function writeWhole(file: string, content: string): Promise<void> {
  const draft = `${file}.${randomUUID()}.part`;
  try {
    await writeFile(draft, content);
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw new LoadstarError('REPORT_NOT_WRITTEN', {
      file,
      detail: error instanceof Error ? error.message : String(error),
    });
  }
}
