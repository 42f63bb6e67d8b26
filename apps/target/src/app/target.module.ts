import { type DynamicModule, Module } from '@nestjs/common';
import { ownWatchMs, watchLoopWhenRead } from '@loadstar/shared';
import { PrometheusModule } from '@willsoto/nestjs-prometheus';
import { Gauge, register } from 'prom-client';
import { HealthController } from '../health/health.controller.js';
import { TargetState } from '../health/target-state.js';
import { MetricsController } from '../metrics/metrics.controller.js';
import { metricProviders, TargetMetrics } from '../metrics/target-metrics.js';
import { Witness } from '../witness/witness.js';
import { WitnessController } from '../witness/witness.controller.js';

/** What the modules are given ready-made, because the API routes outside Nest use the same objects. */
export interface TargetParts {
  readonly state: TargetState;
  /** Undefined: no witness routes. */
  readonly witness: Witness | undefined;
}

const defaultMetrics = { enabled: true, config: { eventLoopMonitoringPrecision: ownWatchMs } };

/** State and metrics, global because the Prometheus module's controller needs them too. */
@Module({})
class TargetCoreModule {
  static register(state: TargetState): DynamicModule {
    const providers = [{ provide: TargetState, useValue: state }, TargetMetrics, ...metricProviders];
    return { module: TargetCoreModule, global: true, providers, exports: [TargetState, TargetMetrics] };
  }
}

@Module({})
export class TargetModule {
  static register({ state, witness }: TargetParts): DynamicModule {
    const prometheus = PrometheusModule.register({ controller: MetricsController, path: '/metrics', defaultMetrics });
    watchLoopWhenRead(register, Gauge);
    return {
      module: TargetModule,
      imports: [TargetCoreModule.register(state), prometheus],
      controllers: witness ? [HealthController, WitnessController] : [HealthController],
      providers: witness ? [{ provide: Witness, useValue: witness }] : [],
    };
  }
}
