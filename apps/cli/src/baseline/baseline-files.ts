/**
 * Named baselines of the command line: stored runs in `.loadstar/baselines` of the working folder, one file a name, so
 * that they can be kept in the repository, or in the cache of a CI job.
 */
import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LoadstarError } from '@loadstar/shared';
import { renderJson, type StoredRun } from '@loadstar/report';
import { writeWhole } from '../output/write-whole.js';
import { readRunFile } from '../report/stored-file.js';

const folder = join('.loadstar', 'baselines');

export interface LabelledBaseline {
  /** The name or the file as it was given. */
  readonly label: string;
  readonly run: StoredRun;
}

/**
 * @param wanted a name that was saved, or the file of a stored run
 * @throws LoadstarError NOT_FOUND, INVALID_INPUT
 */
export async function findBaseline(wanted: string): Promise<LabelledBaseline> {
  const run = await readRunFile(await fileOf(wanted));
  if (run.details.slices === undefined || run.details.stats === undefined) {
    const detail = `${wanted} cannot be a baseline: it was stored without its time slices and numbers`;
    throw new LoadstarError('INVALID_INPUT', { detail });
  }
  return { label: wanted, run };
}

/** @returns the file. @throws LoadstarError INVALID_INPUT for a name that is none, REPORT_NOT_WRITTEN */
export async function saveBaseline(name: string, { summary, points, details }: StoredRun): Promise<string> {
  const file = named(name);
  if (file === undefined) {
    const problem = 'a name of 1..100 letters, digits, _ - . that does not end in .json';
    throw new LoadstarError('INVALID_INPUT', { detail: `--save-baseline "${name}" is no name` }, [
      { field: '--save-baseline', problem },
    ]);
  }
  // Why it could not be made, the writing will say.
  await mkdir(folder, { recursive: true }).catch(() => {});
  await writeWhole(file, renderJson(summary, points, details));
  return file;
}

/** The file that a label stands for, whether it is there or not: a saved name, or itself. */
export async function fileOf(wanted: string): Promise<string> {
  const file = named(wanted);
  if (file === undefined) return wanted;
  // A file of that very name is meant when there is no saved baseline.
  return (await exists(file)) || !(await exists(wanted)) ? file : wanted;
}

function named(name: string): string | undefined {
  const isName = /^[\w-][\w.-]{0,99}$/.test(name) && !name.endsWith('.json');
  return isName ? join(folder, `${name}.json`) : undefined;
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
