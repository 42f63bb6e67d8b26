// The worker's own metrics. What a run measured is published by the master; here is how this worker does.
import { Injectable } from '@nestjs/common';
import { InjectMetric, makeCounterProvider, makeGaugeProvider } from '@willsoto/nestjs-prometheus';
import { Counter, Gauge } from 'prom-client';
import type { RunnerSnapshot } from '@loadstar/protocol';
import { outcomes } from '@loadstar/stats';
import type { WorkerState } from '../health/worker-state.js';

export const metricProviders = [
  makeGaugeProvider({ name: 'loadstar_worker_connected', help: '1 while the master has let this worker in' }),
  makeGaugeProvider({ name: 'loadstar_worker_users', help: 'Users that this worker runs' }),
  makeGaugeProvider({ name: 'loadstar_worker_engines', help: 'Engine processes of this worker' }),
  makeGaugeProvider({ name: 'loadstar_worker_cpu_ratio', help: 'Cores that this worker and its engines use' }),
  makeGaugeProvider({
    name: 'loadstar_worker_memory_bytes',
    help: 'Resident memory of this worker and its engines',
  }),
  makeGaugeProvider({
    name: 'loadstar_worker_loop_lag_seconds',
    help: '99th percentile of event-loop delay, the worst of this worker and its engines',
  }),
  makeCounterProvider({
    name: 'loadstar_worker_requests_total',
    help: 'Requests of this worker that ended, by how they ended',
    labelNames: ['outcome'],
  }),
  makeCounterProvider({
    name: 'loadstar_worker_iterations_total',
    help: 'Task executions of this worker that ended',
  }),
];

@Injectable()
export class WorkerMetrics {
  /** Totals of the run that is going on, because snapshots are cumulative over a run and counters over the process. */
  private counted = { runId: '', outcomes: outcomes.map(() => 0), iterations: 0 };

  constructor(
    @InjectMetric('loadstar_worker_connected') private readonly connected: Gauge,
    @InjectMetric('loadstar_worker_users') private readonly users: Gauge,
    @InjectMetric('loadstar_worker_engines') private readonly engines: Gauge,
    @InjectMetric('loadstar_worker_cpu_ratio') private readonly cpu: Gauge,
    @InjectMetric('loadstar_worker_memory_bytes') private readonly memory: Gauge,
    @InjectMetric('loadstar_worker_loop_lag_seconds') private readonly lag: Gauge,
    @InjectMetric('loadstar_worker_requests_total') private readonly requests: Counter,
    @InjectMetric('loadstar_worker_iterations_total') private readonly iterations: Counter,
  ) {
    for (const outcome of outcomes) requests.inc({ outcome }, 0);
  }

  observe({ header, stats }: RunnerSnapshot): void {
    if (this.counted.runId !== header.runId) {
      this.counted = { runId: header.runId, outcomes: outcomes.map(() => 0), iterations: 0 };
    }
    const sums = outcomes.map(() => 0);
    for (const series of stats.allSeries()) {
      for (const [index] of outcomes.entries()) sums[index] = (sums[index] ?? 0) + (series.counts[index] ?? 0);
    }
    for (const [index, outcome] of outcomes.entries()) {
      this.requests.inc({ outcome }, Math.max(0, (sums[index] ?? 0) - (this.counted.outcomes[index] ?? 0)));
    }
    this.iterations.inc(Math.max(0, stats.iterations.finished - this.counted.iterations));
    this.counted = { runId: header.runId, outcomes: sums, iterations: stats.iterations.finished };
  }

  /** Brings the gauges up to date; called when they are read. */
  refresh(state: WorkerState): void {
    const { engines, users, cpuPercent, rssBytes, loopLagMs, joined } = state.describe();
    this.connected.set(joined ? 1 : 0);
    this.users.set(users);
    this.engines.set(engines);
    this.cpu.set(cpuPercent / 100);
    this.memory.set(rssBytes);
    this.lag.set(loopLagMs / 1_000);
  }
}
