// The limits that panels colour by; the same as in monitoring/prometheus/alert_rules.yml, which a test compares.
import { ThresholdsConfigBuilder, ThresholdsMode } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { ThresholdsConfig } from '@grafana/grafana-foundation-sdk/dashboard';

export const limits = {
  /** Share of failed requests. */
  errorRatio: 0.05,
  /** 95th percentile of response time, seconds. */
  responseSeconds: 0.5,
  /** Share of cores, memory or disk. */
  resourceRatio: 0.9,
  /** Event-loop delay of a generator, seconds. */
  lagSeconds: 0.1,
  /** Share of requests that must be good, for the service level. */
  serviceLevel: 0.95,
} as const;

export type Limit = Builder<ThresholdsConfig>;

const steps = (...list: [number | null, string][]): Limit =>
  new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(list.map(([value, color]) => ({ value, color })));

/** No judgement. */
export const neutral = (): Limit => steps([null, 'blue']);
/** Red from the limit on, orange from four fifths of it. */
export const atMost = (limit: number): Limit =>
  steps([null, 'green'], [Number((limit * 0.8).toPrecision(6)), 'orange'], [limit, 'red']);
/** Red below the limit. */
export const atLeast = (limit: number): Limit => steps([null, 'red'], [limit, 'green']);
