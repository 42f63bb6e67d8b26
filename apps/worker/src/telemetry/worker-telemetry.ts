/** What a worker sends where OpenTelemetry is on: its metrics, its part of each run, and requests that are recorded. */
import type { RunnerSnapshot } from '@loadstar/protocol';
import type { Clock, RunPlan, TracedBatch } from '@loadstar/shared';
import { newSpanId, type PromMetric, requestSpan, runPlace, type Telemetry } from '@loadstar/telemetry';
import { register } from 'prom-client';

export interface WorkerTelemetryParts {
  readonly clock: Clock;
  readonly worker: string;
  /** Brings the metrics up to date that are only computed when they are read. */
  readonly refresh: () => void;
}

export interface WorkerTelemetry {
  observe(snapshot: RunnerSnapshot): void;
  traced(batch: TracedBatch, plan: RunPlan): void;
}

export function workerTelemetry(telemetry: Telemetry, parts: WorkerTelemetryParts): WorkerTelemetry {
  const { clock, worker, refresh } = parts;
  telemetry.exportMetrics(async () => {
    refresh();
    return { metrics: (await register.getMetricsAsJSON()) as unknown as PromMetric[] };
  });
  if (!telemetry.isTracing) return { observe: () => {}, traced: () => {} };
  /** The run under way, and when its load began here. */
  let part: { runId: string; startMs: number } | undefined;
  return {
    observe: ({ header, stats }) => {
      const { runId, elapsedMs, final, users, reason } = header;
      const nowMs = clock.wallMs();
      if (part?.runId !== runId) part = { runId, startMs: nowMs - elapsedMs };
      if (!final) return;
      const all = [...stats.allSeries()];
      const { traceId, spanId: parentSpanId } = runPlace(runId);
      telemetry.span({
        traceId,
        spanId: newSpanId(),
        parentSpanId,
        name: `load of ${worker}`,
        kind: 'internal',
        startMs: part.startMs,
        durationMs: nowMs - part.startMs,
        attributes: {
          'loadstar.run_id': runId,
          'loadstar.worker': worker,
          'loadstar.users': users,
          'loadstar.requests': all.reduce((sum, { requests }) => sum + requests, 0),
          'loadstar.failures': all.reduce((sum, { failures }) => sum + failures, 0),
          ...(reason === undefined ? {} : { 'loadstar.reason': reason }),
        },
      });
      part = undefined;
    },
    traced: ({ exchanges }, run) => {
      for (const exchange of exchanges) telemetry.span(requestSpan(exchange, run));
    },
  };
}
