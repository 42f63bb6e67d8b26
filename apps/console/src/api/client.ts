// The calls of the page to the master. Same-origin and relative, every failure an ApiProblem; paths, bodies and answers
// are held to the API's own document.
import type {
  ComparisonView,
  CreateRunBody,
  CreateScheduleBody,
  PlannedLoad,
  QueueView,
  RunEvent,
  RunView,
  ScenarioView,
  ScheduleView,
  SeriesPoint,
  StatsView,
} from '@loadstar/shared';
import { noAnswer, problemFrom } from './problem.js';
import { saveAs } from './save-as.js';
import type { components, paths } from './schema.js';
import type { Summary } from './summary.js';
import { token } from './token.js';
import { addressOf, type AnswerOf, type BodyOf, type Method, type PartsOf, type PathOf } from './typed-call.js';

/** What the form starts with and what the platform allows. */
export type ConsoleConfig = components['schemas']['ConfigDto'];
export type Role = ConsoleConfig['role'];
/** A change of a run; what is left out stays as it is. */
export type AdjustRunBody = components['schemas']['AdjustRunDto'];

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
  // A refusal of an earlier token says nothing of the one that was given meanwhile.
  if (response.status === 401 && token.read() === bearer) token.ask();
  throw problem;
}

type Ask<P extends keyof paths, M extends Method> = {
  parts: PartsOf<paths[P][M]>;
  body?: BodyOf<paths[P][M]>;
};

/** A call whose answer nobody reads. */
async function tell<M extends Method, P extends PathOf<M>>(
  method: M,
  path: P,
  { parts, body }: Ask<P, M>,
): Promise<void> {
  await call(method.toUpperCase(), addressOf(path, parts), body);
}

async function ask<M extends Method, P extends PathOf<M>>(
  method: M,
  path: P,
  { parts, body }: Ask<P, M>,
): Promise<AnswerOf<paths[P][M]>> {
  const response = await call(method.toUpperCase(), addressOf(path, parts), body);
  return (await response.json()) as AnswerOf<paths[P][M]>;
}

export const runPath = (id: string) => `api/v1/runs/${encodeURIComponent(id)}`;

const comparisonPath = (ids: readonly string[]) => `api/v1/comparisons?runs=${ids.map(encodeURIComponent).join(',')}`;

const none: Record<string, never> = {};

export const api = {
  config: (): Promise<ConsoleConfig> => ask('get', '/api/v1/config', { parts: none }),
  scenarios: async () => (await ask('get', '/api/v1/scenarios', { parts: none })) as unknown as ScenarioView[],
  /** Newest first. @param before id of a run: those older than it */
  runs: async (limit: number, before?: string): Promise<RunView[]> => {
    const older = before === undefined ? '' : `&before=${encodeURIComponent(before)}`;
    return (await (await call('GET', `api/v1/runs?limit=${limit}${older}`)).json()) as RunView[];
  },
  createRun: (body: CreateRunBody): Promise<RunView> => ask('post', '/api/v1/runs', { parts: none, body }),
  planned: (body: CreateRunBody): Promise<PlannedLoad> => ask('post', '/api/v1/runs/plan', { parts: none, body }),
  adjustRun: (id: string, body: AdjustRunBody) => tell('patch', '/api/v1/runs/{id}', { parts: { id }, body }),
  /** @param graceMs time that iterations may take to end; left out: the platform's own */
  stopRun: (id: string, graceMs?: number) =>
    tell('post', '/api/v1/runs/{id}/stop', { parts: { id }, ...(graceMs === undefined ? {} : { body: { graceMs } }) }),
  pauseRun: (id: string) => tell('post', '/api/v1/runs/{id}/pause', { parts: { id } }),
  resumeRun: (id: string) => tell('post', '/api/v1/runs/{id}/resume', { parts: { id } }),
  removeRun: (id: string) => tell('delete', '/api/v1/runs/{id}', { parts: { id } }),
  queue: (): Promise<QueueView> => ask('get', '/api/v1/queue', { parts: none }),
  holdQueue: () => tell('post', '/api/v1/queue/hold', { parts: none }),
  releaseQueue: () => tell('post', '/api/v1/queue/release', { parts: none }),
  schedules: (): Promise<ScheduleView[]> => ask('get', '/api/v1/schedules', { parts: none }),
  createSchedule: (body: CreateScheduleBody): Promise<ScheduleView> =>
    ask('post', '/api/v1/schedules', { parts: none, body }),
  removeSchedule: (id: string) => tell('delete', '/api/v1/schedules/{id}', { parts: { id } }),
  run: (id: string): Promise<RunView> => ask('get', '/api/v1/runs/{id}', { parts: { id } }),
  stats: (id: string): Promise<StatsView> => ask('get', '/api/v1/runs/{id}/stats', { parts: { id } }),
  /** @param stretch first and last second, and seconds that are one point; left out: all, second by second */
  series: async (id: string, stretch: { from?: number; to?: number; step?: number } = {}): Promise<SeriesPoint[]> => {
    const query = Object.entries(stretch).map(([name, value]) => `${name}=${value}`);
    return (await (await call('GET', `${runPath(id)}/series?${query.join('&')}`)).json()) as SeriesPoint[];
  },
  /** The document says less of it than it has: what the page reads is in `Summary`. */
  summary: async (id: string) =>
    (await ask('get', '/api/v1/runs/{id}/summary', { parts: { id } })) as unknown as Summary,
  comparisonPath,
  /** The first run against the last, and the trend over all. The document says less of it than it has. */
  comparison: async (ids: readonly string[]): Promise<ComparisonView> =>
    (await (await call('GET', comparisonPath(ids))).json()) as ComparisonView,
  events: (id: string): Promise<RunEvent[]> => ask('get', '/api/v1/runs/{id}/events', { parts: { id } }),
  resetStats: (id: string) => tell('post', '/api/v1/runs/{id}/stats/reset', { parts: { id } }),
  logs: async (): Promise<NodeLogs> => (await (await call('GET', 'logs')).json()) as NodeLogs,
  /** Fetches a file with the token and hands it to the browser as a download under the server's name for it. */
  download: async (path: string, fallbackName: string): Promise<void> => {
    const response = await call('GET', path);
    saveAs(await response.blob(), fileName(response.headers.get('content-disposition')) ?? fallbackName);
  },
};

function fileName(disposition: string | null): string | undefined {
  return /filename="?([^";]+)"?/i.exec(disposition ?? '')?.[1];
}
