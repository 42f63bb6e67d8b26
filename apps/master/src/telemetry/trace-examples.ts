/**
 * Requests with a trace that stand for others that took about as long: the exemplars of the histograms. Of each bucket the
 * newest one is kept, of one run at a time.
 */
import type { TraceExamples } from '@loadstar/protocol';
import type { TraceExample } from '@loadstar/shared';
import { bucketPlace, type Exemplar } from './duration-buckets.js';

/** Beyond these, names have no series of their own either. */
const mostSeries = 500;

type Kind = 'service' | 'response';

export class TraceExampleShelf {
  private runId: string | undefined;
  private readonly series = new Map<string, Map<number, TraceExample>>();

  add({ runId, examples }: TraceExamples): void {
    if (runId !== this.runId) this.series.clear();
    this.runId = runId;
    for (const example of examples) {
      this.put('service', example, example.serviceMs);
      this.put('response', example, example.responseMs);
    }
  }

  /** @returns the exemplars of one series, by the place of their bucket */
  of(
    runId: string | undefined,
    kind: Kind,
    method: string,
    name: string,
    isFailure: boolean,
  ): (place: number) => Exemplar | undefined {
    const places = runId === this.runId ? this.series.get(keyOf(kind, method, name, isFailure)) : undefined;
    return (place) => {
      const example = places?.get(place);
      return example && exemplarOf(example, kind === 'service' ? example.serviceMs : example.responseMs);
    };
  }

  private put(kind: Kind, example: TraceExample, ms: number): void {
    const key = keyOf(kind, example.method, example.name, example.isFailure);
    let places = this.series.get(key);
    if (!places) {
      if (this.series.size >= mostSeries) return;
      this.series.set(key, (places = new Map()));
    }
    const place = bucketPlace(ms);
    // Workers' clocks differ and messages cross: a store of exemplars refuses what goes back in time.
    if ((places.get(place)?.endMs ?? 0) < example.endMs) places.set(place, example);
  }
}

function keyOf(kind: Kind, method: string, name: string, isFailure: boolean): string {
  return JSON.stringify([kind, method, name, isFailure]);
}

function exemplarOf({ traceId, spanId, endMs }: TraceExample, ms: number): Exemplar {
  return { labels: { trace_id: traceId, span_id: spanId }, value: ms / 1000, timestamp: endMs / 1000 };
}
