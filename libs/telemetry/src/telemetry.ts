/** What the apps know of OpenTelemetry: spans that have ended, and a source of metrics. The SDK stays behind it. */
import type { Clock, Logger } from '@loadstar/shared';
import type { SpanPlace } from './trace-context.js';

export type AttributeValue = string | number | boolean;
export type Attributes = Readonly<Record<string, AttributeValue>>;

/** Something that has happened, from when to when. */
export interface FinishedSpan extends SpanPlace {
  readonly name: string;
  readonly kind: 'internal' | 'server' | 'client';
  /** Id of the span that it is a part of, in the same trace. */
  readonly parentSpanId?: string | undefined;
  /** Wall-clock milliseconds since the epoch; fractions count. */
  readonly startMs: number;
  readonly durationMs: number;
  readonly attributes?: Attributes;
  readonly events?: readonly { readonly name: string; readonly atMs: number; readonly attributes?: Attributes }[];
  /** Spans of other traces that it has to do with. */
  readonly links?: readonly SpanPlace[];
  /** Why it failed; left out when it did not. */
  readonly error?: string | undefined;
}

/** One metric as prom-client's `getMetricsAsJSON` gives it. */
export interface PromMetric {
  readonly name: string;
  readonly help: string;
  readonly type: string | number;
  readonly values: readonly PromValue[];
}

export interface PromValue {
  /** Of parts of a histogram: its name with `_bucket`, `_sum` or `_count`. */
  readonly metricName?: string | undefined;
  readonly labels: Readonly<Partial<Record<string, string | number>>>;
  readonly value: number;
}

/** A histogram whose buckets grow by a constant factor: 2^(2^-scale). */
export interface ExponentialPoint {
  readonly labels: Readonly<Record<string, string>>;
  readonly scale: number;
  /** Values of 0. */
  readonly zeroCount: number;
  /** Number of the first bucket; number i holds what is above base^i and at most base^(i+1). */
  readonly offset: number;
  readonly counts: readonly number[];
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
}

export interface MetricSet {
  readonly metrics: readonly PromMetric[];
  /** Finer forms of some of those histograms, by name. Used in their place where that was asked for. */
  readonly exponential?: ReadonlyMap<string, readonly ExponentialPoint[]>;
  /** Since when a metric counts, wall-clock milliseconds; left out, or undefined: since the process began. */
  readonly sinceMs?: (name: string) => number | undefined;
}

export interface Telemetry {
  /** Whether spans are sent; if not, there is no use in making any. */
  readonly isTracing: boolean;
  /** Whether histograms are wanted in their exponential form. */
  readonly wantsExponential: boolean;
  /** Sends a span some time soon. Never throws, never waits; beyond the queue's length spans are dropped. */
  span(span: FinishedSpan): void;
  /** Sends what `source` gives from now on, at the interval of OTEL_METRIC_EXPORT_INTERVAL. To be called once. */
  exportMetrics(source: () => Promise<MetricSet>): void;
  /** Sends what is left, for a few seconds at most. */
  close(): Promise<void>;
}

export interface OpenTelemetryOptions {
  /** Name of the service unless OTEL_SERVICE_NAME gives another. */
  readonly service: string;
  /** Tells processes of one service apart. */
  readonly instance: string;
  /** The process's environment. */
  readonly source: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly logger: Logger;
}
