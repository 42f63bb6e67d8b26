// The calls of the page to the master. Same-origin and relative, every failure an ApiProblem.
import type { CreateRunBody, RunView, ScenarioView } from '@loadstar/shared';
import { noAnswer, problemFrom } from './problem.js';
import { token } from './token.js';

/** Answer of `GET /api/v1/config`: what the form starts with and what the platform allows. */
export interface ConsoleConfig {
  version: string;
  /** Name of the scenario that is chosen when nobody chooses. */
  defaultScenario: string | null;
  defaults: { host: string; users: number; spawnRate: number; runTimeSeconds: number | null };
  limits: { maxUsers: number };
  auth: boolean;
}

/** Body of `PATCH /api/v1/runs/:id`; what is left out stays as it is. */
export interface AdjustRunBody {
  users?: number;
  spawnRate?: number;
  /** Seconds from now. */
  runTimeSeconds?: number;
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

const runPath = (id: string) => `api/v1/runs/${encodeURIComponent(id)}`;

/** Lists may come bare or as `{items: [...]}`, so that a later page token does not break an open console. */
function items<Item>(answer: Item[] | { items: Item[] }): Item[] {
  return Array.isArray(answer) ? answer : answer.items;
}

export const api = {
  config: () => json<ConsoleConfig>('GET', 'api/v1/config'),
  scenarios: async () => items(await json<ScenarioView[] | { items: ScenarioView[] }>('GET', 'api/v1/scenarios')),
  runs: async () => items(await json<RunView[] | { items: RunView[] }>('GET', 'api/v1/runs')),
  createRun: (body: CreateRunBody) => json<RunView>('POST', 'api/v1/runs', body),
  adjustRun: async (id: string, body: AdjustRunBody): Promise<void> => {
    await call('PATCH', runPath(id), body);
  },
  stopRun: async (id: string): Promise<void> => {
    await call('POST', `${runPath(id)}/stop`);
  },
  resetStats: async (id: string): Promise<void> => {
    await call('POST', `${runPath(id)}/stats/reset`);
  },
  logs: () => json<NodeLogs>('GET', 'logs'),
  /** Fetches a file with the token and hands it to the browser as a download under the server's name for it. */
  download: async (path: string, fallbackName: string): Promise<void> => {
    const response = await call('GET', path);
    const address = URL.createObjectURL(await response.blob());
    const link = document.createElement('a');
    link.href = address;
    link.download = fileName(response.headers.get('content-disposition')) ?? fallbackName;
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 10_000);
  },
};

function fileName(disposition: string | null): string | undefined {
  return /filename="?([^";]+)"?/i.exec(disposition ?? '')?.[1];
}
