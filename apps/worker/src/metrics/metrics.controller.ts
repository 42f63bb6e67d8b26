import { Controller, Get, Res } from '@nestjs/common';
import { PrometheusController } from '@willsoto/nestjs-prometheus';
import { WorkerState } from '../health/worker-state.js';
import { WorkerMetrics } from './worker-metrics.js';

@Controller()
export class MetricsController extends PrometheusController {
  constructor(
    private readonly metrics: WorkerMetrics,
    private readonly state: WorkerState,
  ) {
    super();
  }

  /** Everything in Prometheus' text format. */
  @Get()
  override index(@Res({ passthrough: true }) response: unknown): Promise<string> {
    this.metrics.refresh(this.state);
    return super.index(response);
  }
}
