/**
 * A run as spans, sent when it has ended: one for the whole of it, one for each state that it went through, and what
 * happened to it as events. Workers hang theirs below the same one (`runPlace`).
 */
import type { Clock, RunState } from '@loadstar/shared';
import { type Attributes, type FinishedSpan, newSpanId, runPlace, type Telemetry } from '@loadstar/telemetry';
import type { RunRecord } from '../runs/run-record.js';
import { isEnd } from '../runs/run-state.js';

interface Stretch {
  readonly state: RunState;
  readonly fromMs: number;
}

export class RunSpans {
  /** States of the runs that have not ended. A master that came in the middle knows of those since then. */
  private readonly stretches = new Map<string, Stretch[]>();

  constructor(
    private readonly telemetry: Telemetry,
    private readonly clock: Clock,
  ) {}

  /** To be called with every record that changes. */
  observe(record: RunRecord): void {
    const { id, state } = record;
    const known = this.stretches.get(id);
    if (known?.at(-1)?.state === state) return;
    const nowMs = this.clock.wallMs();
    if (!isEnd(state)) {
      this.stretches.set(id, [...(known ?? []), { state, fromMs: known ? nowMs : record.createdAtMs }]);
      return;
    }
    // A run that had ended before this master came, and that somebody writes a note to.
    if (!known) return;
    this.stretches.delete(id);
    for (const span of spansOf(record, known, record.endedAtMs ?? nowMs)) this.telemetry.span(span);
  }
}

function spansOf(record: RunRecord, stretches: readonly Stretch[], endMs: number): FinishedSpan[] {
  const { traceId, spanId } = runPlace(record.id);
  const whole: FinishedSpan = {
    traceId,
    spanId,
    name: `run ${record.plan.scenario}`,
    kind: 'internal',
    startMs: record.createdAtMs,
    durationMs: endMs - record.createdAtMs,
    attributes: attributesOf(record),
    events: (record.events ?? []).map(({ atMs, kind, text }) => ({ name: kind, atMs, attributes: { text } })),
    error: record.state === 'failed' ? (record.reason ?? 'failed') : undefined,
  };
  const parts = stretches.map(({ state, fromMs }, i): FinishedSpan => {
    const untilMs = stretches[i + 1]?.fromMs ?? endMs;
    const place = { traceId, spanId: newSpanId(), parentSpanId: spanId };
    return { ...place, name: state, kind: 'internal', startMs: fromMs, durationMs: untilMs - fromMs };
  });
  return [whole, ...parts];
}

function attributesOf({ id, plan, state, workers, verdict, reason, totals }: RunRecord): Attributes {
  return {
    'loadstar.run_id': id,
    'loadstar.scenario': plan.scenario,
    'loadstar.host': plan.host,
    'loadstar.state': state,
    'loadstar.workers': workers.length,
    ...(verdict && { 'loadstar.verdict': verdict }),
    ...(reason !== undefined && { 'loadstar.reason': reason }),
    ...(totals && { 'loadstar.requests': totals.requests, 'loadstar.failures': totals.failures }),
  };
}
