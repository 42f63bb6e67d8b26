// Queries about the load that several boards share. Numbers of requests come from the master, merged over all workers.
import type { Query } from './panels.js';

/** What the variables of a board choose among requests. */
export const chosen = 'scenario=~"$scenario", name=~"$name"';

/**
 * Only while a chosen run is the master's current or latest one. Requests carry no run id, because every run would
 * leave a whole set of series behind; the one series that does is joined.
 */
export const ofRun = (expr: string): string => `${expr} and on () max(loadstar_run_info{run_id=~"$run"})`;

const span = '[$__rate_interval]';
const by = (labels: string): string => (labels ? `sum by (${labels}) ` : 'sum ');

/** Requests per second. */
export const requestRate = (labels = '', filter = ''): string =>
  `${by(labels)}(rate(loadstar_requests_total{${chosen}${filter}}${span}))`;

/** Share of failed requests; nothing while there are none at all. */
export const errorRatio = (labels = ''): string =>
  `${requestRate(labels, ', outcome!="ok"')} / (${requestRate(labels)} > 0)`;

/** Quantile of the response time, seconds, from merged buckets. */
export const responseQuantile = (quantile: number, labels = 'le'): string =>
  `histogram_quantile(${quantile}, sum by (${labels}) (rate(loadstar_response_duration_seconds_bucket{${chosen}}${span})))`;

/** The same of the whole run so far. */
export const runQuantile = (quantile: number, labels: string): string =>
  `histogram_quantile(${quantile}, sum by (${labels}) (loadstar_response_duration_seconds_bucket{${chosen}}))`;

export const percentiles: [number, string][] = [
  [0.5, '50 %'],
  [0.95, '95 %'],
  [0.99, '99 %'],
];

export const percentileQueries = (): Query[] =>
  percentiles.map(([quantile, legend], i) => ({ expr: ofRun(responseQuantile(quantile)), legend, exemplars: i === 0 }));
