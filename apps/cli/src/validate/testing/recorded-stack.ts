import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, metricTable, VirtualClock } from '@loadstar/shared';
import type { Answer, AskOptions, CommandAnswer, Probe } from '../probe.js';

/** Answers of a real Compose stack with two workers, taken on 2026-11-22 and cut to what the checks read. */
export interface RecordedStack {
  ps: { Service: string; Name: string; State: string; Health: string; ExitCode: number; Status: string }[];
  masterHealth: { workersReady: number };
  targets: {
    data: { activeTargets: { labels: { job: string; instance: string }; health: string; lastError: string }[] };
  };
  rules: {
    data: {
      groups: {
        name: string;
        rules: { type: string; name: string; health: string; state: string; lastError: string }[];
      }[];
    };
  };
  alertmanagers: { data: { activeAlertmanagers: { url: string }[] } };
  datasources: { uid: string; name: string; type: string; isDefault: boolean }[];
  boards: Record<string, { dashboard: { title: string } }>;
  run: { id: string; state: string; verdict: string | null };
  stats: { total: { requests: number; failures: number }; failures: unknown[] };
  targetHealth: unknown;
  grafanaHealth: unknown;
}

const text = readFileSync(join(__dirname, 'recorded-stack.json'), 'utf8');

/** A copy of the recording, to be spoiled by a test. */
export const recordedStack = (): RecordedStack => JSON.parse(text) as RecordedStack;

export interface StackProbe extends Probe {
  /** Every question, such as `POST http://localhost:8089/api/v1/runs`. */
  readonly asked: string[];
}

export interface Spoiled {
  /** Answers that come before the recorded ones, by a part of the question. */
  readonly answers?: Readonly<Record<string, Answer>>;
  /** Parts of addresses where nobody answers. */
  readonly dead?: readonly string[];
  readonly docker?: CommandAnswer;
}

const json = (value: unknown): Answer => ({ status: 200, text: JSON.stringify(value) });
const nobody: Answer = { status: 0, text: 'connect ECONNREFUSED 127.0.0.1' };
const vector = (...result: object[]): Answer => json({ status: 'success', data: { resultType: 'vector', result } });

/** Plays the recorded stack, as far as a test has not spoiled it. */
export function playStack(stack: RecordedStack, { answers = {}, dead = [], docker }: Spoiled = {}): StackProbe {
  const asked: string[] = [];
  const declared = [
    ...Object.keys(metricTable),
    'app_health_status',
    'app_requests_total',
    'app_requests_success_total',
  ];
  declared.push('app_requests_error_total', 'app_response_time_avg', 'app_response_time_seconds');
  declared.push('app_active_connections', 'app_users_count');
  const play = (method: string, url: string): Answer => {
    const { host, pathname, searchParams } = new URL(url);
    const query = searchParams.get('query') ?? '';
    if (query.startsWith('count by (__name__)')) {
      const names = /"(.*)"/.exec(query)?.[1]?.split('|') ?? [];
      return vector(...names.map((name) => ({ metric: { __name__: name }, value: [0, '1'] })));
    }
    if (pathname.endsWith('/api/v1/query')) return vector({ metric: {}, value: [0, '1'] });
    if (pathname.endsWith('/api/v1/metadata')) {
      return json({ status: 'success', data: Object.fromEntries(declared.map((name) => [name, []])) });
    }
    if (pathname.endsWith('/api/v1/rules')) return json(stack.rules);
    if (pathname === '/metrics') {
      return { status: 200, text: declared.map((name) => `# TYPE ${name} gauge`).join('\n') };
    }
    if (pathname === '/health') return json(host.endsWith(':8089') ? stack.masterHealth : stack.targetHealth);
    if (pathname === '/api/v1/runs') {
      return method === 'POST' ? { ...json({ ...stack.run, state: 'preparing' }), status: 201 } : json([stack.run]);
    }
    const board = /^\/api\/dashboards\/uid\/(.+)$/.exec(pathname)?.[1];
    if (board) return json(stack.boards[board]);
    const recorded: Record<string, unknown> = {
      '/-/ready': 'ready',
      '/api/health': stack.grafanaHealth,
      '/api/v1/targets': stack.targets,
      '/api/v1/alertmanagers': stack.alertmanagers,
      '/api/datasources': stack.datasources,
      '/api/datasources/uid/prometheus/health': { status: 'OK' },
      '/api/search': Object.entries(stack.boards).map(([uid, { dashboard }]) => ({ uid, title: dashboard.title })),
      [`/api/v1/runs/${stack.run.id}`]: stack.run,
      [`/api/v1/runs/${stack.run.id}/stop`]: stack.run,
      [`/api/v1/runs/${stack.run.id}/stats`]: stack.stats,
    };
    if (!(pathname in recorded)) throw new Error(`nothing was recorded for ${method} ${url}`);
    return json(recorded[pathname]);
  };
  return {
    asked,
    ask: async (url: string, { method = 'GET' }: AskOptions = {}) => {
      const question = `${method} ${url}`;
      asked.push(question);
      if (dead.some((part) => url.includes(part))) return nobody;
      const spoiled = Object.entries(answers).find(([part]) => question.includes(part));
      return spoiled ? spoiled[1] : play(method, url);
    },
    command: async (_file, args) => {
      if (docker) return docker;
      const services = stack.ps.map(({ Service }) => Service);
      const stdout = args.includes('ps')
        ? stack.ps.map((row) => JSON.stringify(row)).join('\n')
        : [...new Set(services)].join('\n');
      return { code: 0, stdout, stderr: '' };
    },
  };
}

/** Time that passes as soon as somebody waits for it. */
export function impatientClock(): Clock {
  const clock = new VirtualClock();
  const add = clock.setTimeout.bind(clock);
  return Object.assign(clock, {
    setTimeout: (callback: () => void, delayMs: number) => {
      const handle = add(callback, delayMs);
      void clock.advance(delayMs);
      return handle;
    },
  });
}
