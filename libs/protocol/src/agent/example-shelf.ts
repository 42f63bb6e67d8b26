import type { TracedBatch, TraceExample } from '@loadstar/shared';
import { messageLimits } from '../messages/limits.js';
import type { TraceExamples } from '../messages/reports.js';

/**
 * Requests with a trace on their way to the master. A bucket of a histogram shows one, so the newest of about the same time
 * is kept, and a name that is cut would be another name, so such a request is left out.
 */
export class ExampleShelf {
  private runId = '';
  private readonly kept = new Map<string, TraceExample>();

  add(runId: string, { exchanges }: TracedBatch): void {
    if (this.runId !== runId) this.kept.clear();
    this.runId = runId;
    for (const { method, name, error, traceId, spanId, endMs, serviceMs, responseMs } of exchanges) {
      if (Math.max(method.length, name.length) > messageLimits.exampleNameLength) continue;
      const isFailure = error !== undefined;
      // Powers of two are about as wide as the buckets that are scraped.
      const key = JSON.stringify([
        method,
        name,
        isFailure,
        Math.ceil(Math.log2(serviceMs)),
        Math.ceil(Math.log2(responseMs)),
      ]);
      if (!this.kept.has(key) && this.kept.size >= messageLimits.traceExamples) continue;
      this.kept.set(key, { method, name, isFailure, traceId, spanId, endMs, serviceMs, responseMs });
    }
  }

  /** Takes out what there is; undefined when there is nothing. */
  take(): TraceExamples | undefined {
    if (this.kept.size === 0) return undefined;
    const examples = [...this.kept.values()];
    this.kept.clear();
    return { runId: this.runId, examples };
  }
}
