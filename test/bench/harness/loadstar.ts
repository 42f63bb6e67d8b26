/** Loadstar as one of the tools: an engine process that runs one of the scenario files in test/bench/scenarios. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { engineEnvironment, engineNodeArgs } from '@loadstar/engine';
import { bundleScenario } from '@loadstar/scenario/loader';
import type { LoadPlan } from '@loadstar/shared';
import type { EngineAsked, EngineRecord } from '../engine/run-engine.js';
import { type EngineResult, resultOf } from './engine-result.js';
import { builtFile, sourceFile } from './folders.js';
import { runClient } from './pinned-process.js';

export interface LoadstarRun extends EngineResult {
  readonly cpuSeconds: number;
}

export async function runLoadstar(
  scenario: string,
  asked: Omit<EngineAsked, 'bundle'> & {
    readonly folder: string;
    readonly seconds: number;
    readonly onMark?: () => void;
  },
): Promise<LoadstarRun> {
  const { folder, seconds, onMark, ...rest } = asked;
  const bundle = join(folder, `${scenario}.mjs`);
  writeFileSync(bundle, (await bundleScenario(sourceFile('scenarios', `${scenario}.ts`))).code);
  const spent = await runClient(
    process.execPath,
    [...engineNodeArgs, builtFile('engine/run-engine'), JSON.stringify({ ...rest, bundle })],
    {
      env: engineEnvironment,
      limitSeconds: seconds + 30,
      onLine: (line) => line === 'mark' && onMark?.(),
    },
  );
  if (spent.stderr.trim() !== '') process.stderr.write(spent.stderr);
  const record = JSON.parse(spent.stdout.split('\n').at(-2) ?? '') as EngineRecord;
  return { ...resultOf(record, asked.warmUpSeconds), cpuSeconds: spent.cpuSeconds };
}

/** Users without a ramp worth speaking of, for a time. */
export const closedLoad = (users: number, seconds: number, spawnRate = 1_000_000): LoadPlan => ({
  kind: 'users',
  users,
  spawnRate,
  runTimeMs: seconds * 1000,
});

/** In words, and nothing when there were none. */
export function failureWords({ failures }: EngineResult): string {
  const list = Object.entries(failures).map(([outcome, count]) => `${count} ${outcome}`);
  return list.length === 0 ? '' : `; not ok: ${list.join(', ')}`;
}
