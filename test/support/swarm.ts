import { eventually } from './eventually.js';

/** Drives a master as a program would, through the Locust-compatible routes. */

export interface LocustRow {
  method: string;
  name: string;
  num_requests: number;
  num_failures: number;
}

export interface LocustStats {
  state: string;
  user_count: number;
  worker_count: number;
  stats: LocustRow[];
  errors: { method: string; name: string; error: string; occurrences: number }[];
  workers: { id: string; state: string; user_count: number }[];
}

export interface SwarmAnswer {
  success: boolean;
  message: string;
  host?: string;
  run_id?: string;
}

export async function swarm(masterUrl: string, form: Record<string, string | number>): Promise<SwarmAnswer> {
  const body = new URLSearchParams(
    Object.fromEntries(Object.entries(form).map(([key, value]) => [key, String(value)])),
  );
  const response = await fetch(`${masterUrl}/swarm`, { method: 'POST', body });
  return (await response.json()) as SwarmAnswer;
}

export async function readStats(masterUrl: string): Promise<LocustStats> {
  const response = await fetch(`${masterUrl}/stats/requests`);
  return (await response.json()) as LocustStats;
}

/** Stops the test and waits until every worker has said its last word. */
export async function stopSwarm(masterUrl: string): Promise<LocustStats> {
  await fetch(`${masterUrl}/stop`);
  return expectState(masterUrl, 'stopped');
}

export function expectState(masterUrl: string, state: string, limitMs = 60_000): Promise<LocustStats> {
  return eventually(async () => {
    const stats = await readStats(masterUrl);
    if (stats.state !== state) throw new Error(`the state is ${stats.state}, not ${state}`);
    return stats;
  }, limitMs);
}

export function expectUsers(masterUrl: string, users: number): Promise<LocustStats> {
  return eventually(async () => {
    const stats = await readStats(masterUrl);
    if (stats.user_count !== users) throw new Error(`there are ${stats.user_count} users, not ${users}`);
    return stats;
  });
}

export function rowsOf(stats: LocustStats): LocustRow[] {
  return stats.stats.filter(({ name }) => name !== 'Aggregated');
}

export function totalOf(stats: LocustStats): LocustRow {
  const total = stats.stats.find(({ name }) => name === 'Aggregated');
  if (!total) throw new Error('there is no row Aggregated');
  return total;
}

/** Value of one sample of a Prometheus text page; the sum over all labels when there are several. */
export async function metric(appUrl: string, name: string): Promise<number> {
  const text = await (await fetch(`${appUrl}/metrics`)).text();
  const samples = text.split('\n').filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`));
  if (samples.length === 0) throw new Error(`${appUrl}/metrics has no ${name}`);
  return samples.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}
