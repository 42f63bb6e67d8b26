/** Spans of a run without a server, where OpenTelemetry is on: the run, and its requests that are recorded. */
import { hostname } from 'node:os';
import { type Clock, environment, type Logger, type RunPlan, type TracedBatch } from '@loadstar/shared';
import type { RunSummary } from '@loadstar/stats';
import { openTelemetry, requestSpan, runPlace } from '@loadstar/telemetry';

export interface RunTracing {
  requests(batch: TracedBatch, plan: RunPlan): void;
  ended(plan: RunPlan, summary: RunSummary): void;
  close(): Promise<void>;
}

/** @throws LoadstarError INVALID_CONFIG */
export async function openRunTracing(clock: Clock, logger: Logger): Promise<RunTracing | undefined> {
  const instance = `${hostname()}:${process.pid}`;
  const telemetry = await openTelemetry({ service: 'loadstar-cli', instance, source: environment(), clock, logger });
  if (!telemetry?.isTracing) return undefined;
  const startMs = clock.wallMs();
  return {
    requests: ({ exchanges }, plan) => {
      for (const exchange of exchanges) telemetry.span(requestSpan(exchange, plan));
    },
    ended: ({ runId, scenario, host }, { total }) =>
      telemetry.span({
        ...runPlace(runId),
        name: `run ${scenario}`,
        kind: 'internal',
        startMs,
        durationMs: clock.wallMs() - startMs,
        attributes: {
          'loadstar.run_id': runId,
          'loadstar.scenario': scenario,
          'loadstar.host': host,
          'loadstar.requests': total.requests,
          'loadstar.failures': total.failures,
        },
      }),
    close: () => telemetry.close(),
  };
}
