import { type DynamicModule, Module } from '@nestjs/common';
import { ownWatchMs, watchLoopWhenRead } from '@loadstar/shared';
import { PrometheusModule } from '@willsoto/nestjs-prometheus';
import { Gauge, register } from 'prom-client';
import { HealthController } from '../health/health.controller.js';
import { WorkerState } from '../health/worker-state.js';
import { MetricsController } from '../metrics/metrics.controller.js';
import { metricProviders, WorkerMetrics } from '../metrics/worker-metrics.js';

const defaultMetrics = { enabled: true, config: { eventLoopMonitoringPrecision: ownWatchMs } };

/** State and metrics, global because the Prometheus module's controller needs them too. */
@Module({})
class WorkerCoreModule {
  static register(state: WorkerState): DynamicModule {
    const providers = [{ provide: WorkerState, useValue: state }, WorkerMetrics, ...metricProviders];
    return { module: WorkerCoreModule, global: true, providers, exports: [WorkerState, WorkerMetrics] };
  }
}

@Module({})
export class WorkerModule {
  static register(state: WorkerState): DynamicModule {
    const prometheus = PrometheusModule.register({ controller: MetricsController, path: '/metrics', defaultMetrics });
    watchLoopWhenRead(register, Gauge);
    return {
      module: WorkerModule,
      imports: [WorkerCoreModule.register(state), prometheus],
      controllers: [HealthController],
    };
  }
}
