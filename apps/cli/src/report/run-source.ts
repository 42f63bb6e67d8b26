/** Where stored runs come from: files, the names of baselines, or a master by id. */
import { access } from 'node:fs/promises';
import { readStoredRun, type StoredRun } from '@loadstar/report';
import { LoadstarError } from '@loadstar/shared';
import type { Command } from 'commander';
import { addTokenOption, MasterClient } from '../master/master-client.js';
import { fileOf } from '../baseline/baseline-files.js';
import { readRunFile } from './stored-file.js';

export interface SourceFlags {
  /** Base URL of a master. */
  master?: string;
  token?: string;
}

export function addSourceOptions(command: Command): Command {
  return addTokenOption(
    command.option(
      '--master <url>',
      'take runs that are no files from this master, by id or by the name of a baseline',
    ),
  );
}

/**
 * @param label a file, the name of a baseline, or with a master the id of a run
 * @throws LoadstarError NOT_FOUND, INVALID_INPUT, NO_MASTER, MASTER_REFUSED
 */
export async function readRun(label: string, { master, token }: SourceFlags): Promise<StoredRun> {
  const file = await fileOf(label);
  if (master === undefined || (await exists(file))) return readRunFile(file);
  const client = new MasterClient({ master, ...(token === undefined ? {} : { token }) });
  const baselines = await client.get<{ id: string; baselineName?: string }[]>('/api/v1/baselines');
  const id = baselines.find(({ baselineName }) => baselineName === label)?.id ?? label;
  const path = `/api/v1/runs/${encodeURIComponent(id)}/report?format=json`;
  const report = await client.text(path).catch((error: unknown) => {
    // The master is well; it is the name that is wrong.
    if (error instanceof LoadstarError && error.details['status'] === 404)
      throw new LoadstarError('NOT_FOUND', { what: 'run or baseline', id: label });
    throw error;
  });
  return readStoredRun(report, label);
}

async function exists(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}
