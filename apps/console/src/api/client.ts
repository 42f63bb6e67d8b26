// The calls of the page to the master. Same-origin and relative, every failure an ApiProblem.
import type {
  CreateRunBody,
  CreateScheduleBody,
  PlannedLoad,
  QueueView,
  RunEvent,
  RunView,
  ScenarioChange,
  ScenarioView,
  ScheduleView,
  SeriesPoint,
  StatsView,
} from '@loadstar/shared';
import { noAnswer, problemFrom } from './problem.js';
import type { Summary } from './summary.js';
import { saveAs } from './save-as.js';
import { token } from './token.js';

/** Answer of `GET /api/v1/config`: what the form starts with and what the platform allows. */
export interface ConsoleConfig {
  version: string;
  /** Name of the scenario that is chosen when nobody chooses. */
  defaultScenario: string | null;
  defaults: { host: string; users: number; spawnRate: number; runTimeSeconds: number | null };
  limits: { maxUsers: number };
  /** Whether calls need a token. */
  auth: boolean;
  /** What the reader may do: watch, start and steer, or everything. */
  role: Role;
  features: { latencyBoundsMs: readonly number[] };
}

export type Role = 'viewer' | 'runner' | 'admin';

/** Body of `PATCH /api/v1/runs/:id`; what is left out stays as it is. */
export interface AdjustRunBody {
  users?: number;
  spawnRate?: number;
  /** Seconds from now. */
  runTimeSeconds?: number;
  scenarios?: ScenarioChange[];
  notes?: string;
  tags?: string[];
}

export interface NodeLogs {
  master: string[];
  workers: Record<string, string[]>;
}

async function call(method: string, path: string, body?: unknown): Promise<Response> {
  const headers: Record<string, string> = { accept: 'application/json' };
  const bearer = token.read();
  if (bearer !== null) headers['authorization'] = `Bearer ${bearer}`;
  if (body !== undefined) headers['content-type'] = 'application/json';
  let response: Response;
  try {
    response = await fetch(path, { method, headers, body: body === undefined ? null : JSON.stringify(body) });
  } catch {
    throw noAnswer;
  }
  if (response.ok) return response;
  const problem = problemFrom(response.status, await response.json().catch(() => undefined));
  if (response.status === 401) token.ask();
  throw problem;
}

async function json<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
  const response = await call(method, path, body);
  return (await response.json()) as Answer;
}

export const runPath = (id: string) => `api/v1/runs/${encodeURIComponent(id)}`;

/** Lists may come bare or as `{items: [...]}`, so that a later page token does not break an open console. */
function items<Item>(answer: Item[] | { items: Item[] }): Item[] {
  return Array.isArray(answer) ? answer : answer.items;
}

export const api = {
  config: () => json<ConsoleConfig>('GET', 'api/v1/config'),
  scenarios: async () => items(await json<ScenarioView[] | { items: ScenarioView[] }>('GET', 'api/v1/scenarios')),
  runs: async () => items(await json<RunView[] | { items: RunView[] }>('GET', 'api/v1/runs')),
  createRun: (body: CreateRunBody) => json<RunView>('POST', 'api/v1/runs', body),
  planned: (body: CreateRunBody) => json<PlannedLoad>('POST', 'api/v1/runs/plan', body),
  adjustRun: async (id: string, body: AdjustRunBody): Promise<void> => {
    await call('PATCH', runPath(id), body);
  },
  /** @param graceMs time that iterations may take to end; left out: the platform's own */
  stopRun: async (id: string, graceMs?: number): Promise<void> => {
    await call('POST', `${runPath(id)}/stop`, graceMs === undefined ? undefined : { graceMs });
  },
  pauseRun: async (id: string): Promise<void> => {
    await call('POST', `${runPath(id)}/pause`);
  },
  resumeRun: async (id: string): Promise<void> => {
    await call('POST', `${runPath(id)}/resume`);
  },
  removeRun: async (id: string): Promise<void> => {
    await call('DELETE', runPath(id));
  },
  queue: () => json<QueueView>('GET', 'api/v1/queue'),
  schedules: async () => items(await json<ScheduleView[] | { items: ScheduleView[] }>('GET', 'api/v1/schedules')),
  createSchedule: (body: CreateScheduleBody) => json<ScheduleView>('POST', 'api/v1/schedules', body),
  removeSchedule: async (id: string): Promise<void> => {
    await call('DELETE', `api/v1/schedules/${encodeURIComponent(id)}`);
  },
  run: (id: string) => json<RunView>('GET', runPath(id)),
  stats: (id: string) => json<StatsView>('GET', `${runPath(id)}/stats`),
  series: (id: string) => json<SeriesPoint[]>('GET', `${runPath(id)}/series`),
  summary: (id: string) => json<Summary>('GET', `${runPath(id)}/summary`),
  events: async (id: string) => items(await json<RunEvent[] | { items: RunEvent[] }>('GET', `${runPath(id)}/events`)),
  resetStats: async (id: string): Promise<void> => {
    await call('POST', `${runPath(id)}/stats/reset`);
  },
  logs: () => json<NodeLogs>('GET', 'logs'),
  /** Fetches a file with the token and hands it to the browser as a download under the server's name for it. */
  download: async (path: string, fallbackName: string): Promise<void> => {
    const response = await call('GET', path);
    saveAs(await response.blob(), fileName(response.headers.get('content-disposition')) ?? fallbackName);
  },
};

function fileName(disposition: string | null): string | undefined {
  return /filename="?([^";]+)"?/i.exec(disposition ?? '')?.[1];
}
