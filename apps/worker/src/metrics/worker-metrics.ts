// The worker's own metrics: what only it knows, over the life of its process. What a run measured, and how each worker and
// its engines do, is published by the master, where it has the worker's name and is there however workers are reached.
import { Injectable } from '@nestjs/common';
import { InjectMetric, makeCounterProvider, makeGaugeProvider } from '@willsoto/nestjs-prometheus';
import { Counter, Gauge } from 'prom-client';
import type { RunnerSnapshot } from '@loadstar/protocol';
import { outcomes } from '@loadstar/stats';
import type { WorkerState } from '../health/worker-state.js';

export const metricProviders = [
  makeGaugeProvider({ name: 'loadstar_worker_connected', help: '1 while the master has let this worker in' }),
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
    this.connected.set(state.isJoined ? 1 : 0);
  }
}
