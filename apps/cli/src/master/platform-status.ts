/** What a master, its workers and its runs are at, asked for and put into words. */
import { formatRunTime, type QueueView, type RunView, type StatsView, type WorkerView } from '@loadstar/shared';
import { renderLiveTable } from '@loadstar/report';
import type { Output } from '../output/output.js';
import type { MasterClient } from './master-client.js';
import { howToRelease } from './queue.command.js';

/** What is read of `/health`. */
export interface MasterHealth {
  readonly version: string;
  readonly role: 'leader' | 'standby';
  /** Where the leader is, when it is another master. */
  readonly leader: string | null;
  readonly uptimeSeconds: number;
  readonly workersReady: number;
  readonly workersTotal: number;
}

export interface PlatformStatus {
  readonly url: string;
  readonly master: MasterHealth;
  readonly workers: readonly WorkerView[];
  /** Active runs, each with its numbers so far. */
  readonly runs: readonly { readonly run: RunView; readonly stats: StatsView }[];
  readonly queue: { readonly held: boolean; readonly available: boolean; readonly waiting: number };
}

/** Rows of the table of a run; the console has all. */
const mostRows = 20;

/** @throws LoadstarError NO_MASTER, MASTER_REFUSED */
export async function askStatus(client: MasterClient, url: string): Promise<PlatformStatus> {
  const master = await client.get<MasterHealth>('/health');
  const [workers, { active, waiting, held, available }] = await Promise.all([
    client.get<WorkerView[]>('/api/v1/workers'),
    client.get<QueueView>('/api/v1/queue'),
  ]);
  const runs = await Promise.all(
    active.map(async (run) => ({
      run,
      stats: await client.get<StatsView>(`/api/v1/runs/${encodeURIComponent(run.id)}/stats`),
    })),
  );
  return { url, master, workers, runs, queue: { held, available, waiting: waiting.length } };
}

export function statusText(status: PlatformStatus, { colour, width }: Pick<Output, 'colour' | 'width'>): string {
  const { url, master, workers, runs, queue } = status;
  const leader = master.leader === null ? '' : `, the leader is ${master.leader}`;
  const head = `Master ${url}: Loadstar ${master.version}, ${master.role}${leader}, up ${formatRunTime(master.uptimeSeconds)}`;
  const ready = `Workers: ${master.workersReady} of ${master.workersTotal} ready`;
  const lines = [colour.bold(head), colour.bold(ready), ...workers.map(workerLine)];
  if (runs.length === 0) lines.push(colour.bold('No run is active.'));
  for (const { run, stats } of runs) {
    lines.push(colour.bold(runLine(run, stats)));
    const table = renderLiveTable(stats.rows.slice(0, mostRows), stats.total, {
      colour: colour.isColorSupported,
      width,
    });
    lines.push(table);
    if (stats.rows.length > mostRows) lines.push(`… and ${stats.rows.length - mostRows} more names`);
  }
  const held = queue.held ? `, held: ${howToRelease}` : '';
  lines.push(colour.bold(`Queue: ${queue.waiting} waiting${queue.available ? '' : ', out of reach'}${held}`));
  return lines.join('\n');
}

function workerLine({ id, state, users, engines, cpuPercent, loopLagMs }: WorkerView): string {
  const load = `${users} users, ${engines} ${engines === 1 ? 'engine' : 'engines'}`;
  return `  ${id}: ${state}, ${load}, CPU ${cpuPercent.toFixed(0)} %, lag ${loopLagMs.toFixed(1)} ms`;
}

function runLine(
  { id, scenario, host, state, paused }: RunView,
  { elapsedSeconds, users, targetUsers }: StatsView,
): string {
  const since = `${paused === true ? 'paused' : state}, ${formatRunTime(elapsedSeconds)}`;
  return `Run ${id}: ${scenario} against ${host}, ${since}, ${users}/${targetUsers} users`;
}
