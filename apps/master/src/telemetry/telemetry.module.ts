/** `/metrics` of the master. Each app has a registry of its own, so that several can live in one process of a test. */
import { type DynamicModule, Module } from '@nestjs/common';
import { ownWatchMs, watchLoopWhenRead } from '@loadstar/shared';
import { PrometheusModule } from '@willsoto/nestjs-prometheus';
import { Gauge, Registry } from 'prom-client';
import { ApiModule } from '../api/api.module.js';
import { MetricsController } from './metrics.controller.js';
import { MetricsService } from './metrics.service.js';

@Module({})
export class TelemetryModule {
  static register(): DynamicModule {
    const registry = new Registry();
    const prometheus = PrometheusModule.register({
      path: '/metrics',
      controller: MetricsController,
      defaultMetrics: { enabled: true, config: { register: registry, eventLoopMonitoringPrecision: ownWatchMs } },
    });
    watchLoopWhenRead(registry, Gauge);
    return {
      module: TelemetryModule,
      imports: [
        {
          ...prometheus,
          imports: [ApiModule],
          providers: [...(prometheus.providers ?? []), { provide: Registry, useValue: registry }, MetricsService],
        },
      ],
    };
  }
}
