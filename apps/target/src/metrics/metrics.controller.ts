import { Controller, Get, Res } from '@nestjs/common';
import { PrometheusController } from '@willsoto/nestjs-prometheus';
import { TargetState } from '../health/target-state.js';
import { TargetMetrics } from './target-metrics.js';

@Controller()
export class MetricsController extends PrometheusController {
  constructor(
    private readonly metrics: TargetMetrics,
    private readonly state: TargetState,
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
