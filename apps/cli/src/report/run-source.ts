/** Where stored runs come from: files, the names of baselines, or a master by id. */
import { access } from 'node:fs/promises';
import { LoadstarError } from '@loadstar/shared';
import { readStoredRun, type StoredRun } from '@loadstar/report';
import { type Command, Option } from 'commander';
import { fileOf } from '../baseline/baseline-files.js';
import { readRunFile } from './stored-file.js';

export interface SourceFlags {
  /** Base URL of a master. */
  master?: string;
  token?: string;
}

const longestMs = 60_000;

export function addSourceOptions(command: Command): Command {
  return command
    .option('--master <url>', 'take runs that are no files from this master, by id or by the name of a baseline')
    .addOption(new Option('--token <token>', 'token for the master, when it asks for one').env('LOADSTAR_TOKEN'));
}

/**
 * @param label a file, the name of a baseline, or with a master the id of a run
 * @throws LoadstarError NOT_FOUND, INVALID_INPUT, and what the master answers
 */
export async function readRun(label: string, { master, token }: SourceFlags): Promise<StoredRun> {
  const file = await fileOf(label);
  if (master === undefined || (await exists(file))) return readRunFile(file);
  const baselines = JSON.parse(await ask(master, '/api/v1/baselines', token)) as {
    id: string;
    baselineName?: string;
  }[];
  const id = baselines.find(({ baselineName }) => baselineName === label)?.id ?? label;
  return readStoredRun(await ask(master, `/api/v1/runs/${encodeURIComponent(id)}/report?format=json`, token), label);
}

async function ask(master: string, path: string, token: string | undefined): Promise<string> {
  let response: Response;
  try {
    response = await fetch(new URL(path, master), {
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(longestMs),
    });
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new LoadstarError('INVALID_INPUT', { detail: `the master at ${master} cannot be asked: ${cause}` });
  }
  const text = await response.text();
  if (response.ok) return text;
  throw new LoadstarError('INVALID_INPUT', { detail: `the master answers ${response.status}: ${detailOf(text)}` });
}

/** The words of a problem document, or the start of whatever came. */
function detailOf(text: string): string {
  try {
    const { detail } = JSON.parse(text) as { detail?: unknown };
    if (typeof detail === 'string') return detail;
  } catch {
    // Not JSON: told as it is.
  }
  return text.slice(0, 200);
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
