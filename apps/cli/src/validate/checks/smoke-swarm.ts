/** Smoke swarm: five users for ten seconds on the real fleet; requests flow, none fails, and it ends clean. */
import { sleep } from '@loadstar/shared';
import { z } from 'zod';
import { type Context, masterHeaders } from '../context.js';
import { type Finding, failed, judged, type Problem, skipped } from '../finding.js';
import { describe, jsonOf } from '../probe.js';

const runSchema = z.object({
  id: z.string(),
  scenario: z.string(),
  host: z.string(),
  state: z.string(),
  verdict: z.string().nullable(),
  reason: z.string().nullable(),
  verdictReasons: z.array(z.string()),
});
const statsSchema = z.object({
  total: z.object({ requests: z.number(), failures: z.number() }),
  failures: z.array(z.object({ method: z.string(), name: z.string(), error: z.string(), occurrences: z.number() })),
});
export type SmokeRun = z.infer<typeof runSchema>;
export type SmokeStats = z.infer<typeof statsSchema>;

const users = 5;
const leastMs = 10_000;
/** Ends the run when nobody is left to stop it. */
const longestSeconds = 180;
const ended = new Set(['finished', 'failed', 'aborted']);
const startLimitMs = 90_000;
const stopLimitMs = 30_000;

export interface SmokeOptions {
  /** Scenario file; undefined takes the master's own choice. */
  readonly scenario: string | undefined;
  readonly host: string | undefined;
}

/** A run that goes on while other checks look at what it causes. */
export interface RunningSmoke {
  /** Resolves once the load has run for its ten seconds. */
  readonly hasRun: Promise<void>;
  /** Stops the run and judges it. */
  finish(): Promise<Finding>;
}

/** @returns a finding instead of a run when there is none to be had */
export async function startSmoke(context: Context, options: SmokeOptions): Promise<RunningSmoke | Finding> {
  const { probe, places, clock } = context;
  const headers = masterHeaders(places);
  const runs = z.array(runSchema).safeParse(jsonOf(await probe.ask(`${places.master}/api/v1/runs`, { headers })));
  const active = runs.success ? runs.data.find(({ state }) => !ended.has(state)) : undefined;
  if (active) return skipped(`run ${active.id} of ${active.scenario} is ${active.state}; it was left alone`);
  const answer = await probe.ask(`${places.master}/api/v1/runs`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ ...options, users, spawnRate: users, runTimeSeconds: longestSeconds }),
    limitMs: startLimitMs,
  });
  const run = runSchema.safeParse(jsonOf({ ...answer, status: answer.status === 201 ? 200 : answer.status }));
  if (!run.success) {
    return failed(
      'the smoke swarm does not start',
      describe(answer),
      answer.status === 401 || answer.status === 403
        ? 'Give the token of a runner with --token.'
        : 'See docker compose logs master; --no-swarm leaves this check out.',
    );
  }
  const { id } = run.data;
  return {
    hasRun: sleep(clock, leastMs),
    async finish() {
      await probe.ask(`${places.master}/api/v1/runs/${id}/stop`, { method: 'POST', headers });
      const endMs = clock.nowMs() + stopLimitMs;
      for (;;) {
        const last = runSchema.safeParse(jsonOf(await probe.ask(`${places.master}/api/v1/runs/${id}`, { headers })));
        const stats = statsSchema.safeParse(
          jsonOf(await probe.ask(`${places.master}/api/v1/runs/${id}/stats`, { headers })),
        );
        const over = last.success && stats.success && ended.has(last.data.state);
        if (over) return judgeSmoke(last.data, stats.data);
        if (clock.nowMs() > endMs) {
          return failed(
            'the smoke swarm does not end',
            `${stopLimitMs / 1000} s after its stop, run ${id} is ${last.success ? last.data.state : 'not to be found'}`,
            'See docker compose logs master worker.',
          );
        }
        await sleep(clock, 500);
      }
    },
  };
}

export function judgeSmoke(run: SmokeRun, { total, failures }: SmokeStats): Finding {
  const problems: Problem[] = [];
  const logs = 'See docker compose logs worker, and the run in the console.';
  if (total.requests === 0) {
    problems.push({
      what: 'the smoke swarm made no request',
      why: run.reason ?? `the run is ${run.state}`,
      todo: logs,
    });
  }
  if (total.failures > 0) {
    const [worst] = failures.toSorted((a, b) => b.occurrences - a.occurrences);
    problems.push({
      what: `${total.failures} of ${total.requests} requests of the smoke swarm failed`,
      why: worst ? `mostly ${worst.method} ${worst.name}: ${worst.error}` : 'the master does not say why',
      todo: `Is ${run.host} reachable from the workers? --host gives another.`,
    });
  }
  if (run.state !== 'finished' || run.verdict === 'degraded' || run.verdict === 'invalid') {
    problems.push({
      what: `the smoke swarm ended as ${run.state}, ${run.verdict ?? 'without a verdict'}`,
      why: [run.reason, ...run.verdictReasons].filter(Boolean).join('; ') || 'the master does not say why',
      todo: logs,
    });
  }
  return judged(
    `${total.requests} requests of ${run.scenario} against ${run.host}, ${total.failures} failed`,
    problems,
  );
}
