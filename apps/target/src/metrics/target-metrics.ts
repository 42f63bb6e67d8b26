// The target's own metrics. Add an application KPI here: declare it below, inject it, count.
import { Injectable } from '@nestjs/common';
import {
  InjectMetric,
  makeCounterProvider,
  makeGaugeProvider,
  makeHistogramProvider,
} from '@willsoto/nestjs-prometheus';
import { Counter, Gauge, Histogram } from 'prom-client';

const responseTimeBuckets = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5, 0.75, 1, 2.5, 5, 10,
];
/** Requests that the average is taken over. */
const averageWindow = 1000;

export const metricProviders = [
  makeCounterProvider({
    name: 'app_requests_total',
    help: 'API requests received; /metrics, /health and /witness are not counted',
  }),
  makeCounterProvider({ name: 'app_requests_success_total', help: 'API requests answered with a status below 400' }),
  makeCounterProvider({
    name: 'app_requests_error_total',
    help: 'API requests answered with a status of 400 or above',
  }),
  makeHistogramProvider({
    name: 'app_response_time_seconds',
    help: 'Time from the request to the end of the answer, API requests',
    buckets: responseTimeBuckets,
  }),
  makeGaugeProvider({
    name: 'app_response_time_avg',
    help: `Mean response time of the last ${averageWindow} API requests, seconds`,
  }),
  makeGaugeProvider({ name: 'app_active_connections', help: 'Open TCP connections' }),
  makeGaugeProvider({ name: 'app_users_count', help: 'Users kept in memory' }),
  makeGaugeProvider({ name: 'app_health_status', help: '1 while healthy, 0 while shutting down' }),
];

@Injectable()
export class TargetMetrics {
  private readonly recent = new Float64Array(averageWindow);
  private answered = 0;

  constructor(
    @InjectMetric('app_requests_total') private readonly requests: Counter,
    @InjectMetric('app_requests_success_total') private readonly successes: Counter,
    @InjectMetric('app_requests_error_total') private readonly errors: Counter,
    @InjectMetric('app_response_time_seconds') private readonly responseTime: Histogram,
    @InjectMetric('app_response_time_avg') private readonly averageTime: Gauge,
    @InjectMetric('app_active_connections') private readonly connections: Gauge,
    @InjectMetric('app_users_count') private readonly users: Gauge,
    @InjectMetric('app_health_status') private readonly health: Gauge,
  ) {}

  /** Counts on arrival, so that a caller who hangs up is counted as well. */
  requestArrived(): void {
    this.requests.inc();
  }

  requestAnswered(status: number, seconds: number): void {
    if (status < 400) this.successes.inc();
    else this.errors.inc();
    this.responseTime.observe(seconds);
    this.recent[this.answered++ % averageWindow] = seconds;
  }

  /** Brings the gauges up to date; they are only worth anything at the moment of a scrape. */
  refresh(now: { connections: number; users: number; healthy: boolean }): void {
    const filled = Math.min(this.answered, averageWindow);
    const sum = this.recent.subarray(0, filled).reduce((total, seconds) => total + seconds, 0);
    this.averageTime.set(filled === 0 ? 0 : sum / filled);
    this.connections.set(now.connections);
    this.users.set(now.users);
    this.health.set(now.healthy ? 1 : 0);
  }
}
