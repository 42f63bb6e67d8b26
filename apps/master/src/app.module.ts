/** The master as one module: a control plane and its faces. What the control plane is made of is given from outside. */
import { type DynamicModule, Global, Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import type { Clock, Logger } from '@loadstar/shared';
import { ApiModule } from './api/api.module.js';
import { AuditInterceptor } from './audit/audit.interceptor.js';
import { AuthModule } from './auth/auth.module.js';
import type { Gatekeeper } from './auth/gatekeeper.js';
import { MasterConfig } from './config/master-config.js';
import { clockPort, loggerPort } from './config/ports.js';
import { HealthModule } from './health/health.module.js';
import { LiveModule } from './live/live.module.js';
import { LocustModule } from './locust/locust.module.js';
import { TelemetryModule } from './telemetry/telemetry.module.js';

export interface MasterParts {
  readonly config: MasterConfig;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Global module that exports `RunControl` and `FleetView`. */
  readonly core: DynamicModule;
}

@Global()
@Module({})
export class AppModule {
  static register({ config, logger, clock, core }: MasterParts, gatekeeper: Gatekeeper): DynamicModule {
    return {
      module: AppModule,
      imports: [
        core,
        AuthModule.register(gatekeeper, logger),
        ApiModule,
        LocustModule,
        LiveModule,
        TelemetryModule.register(),
        HealthModule,
      ],
      providers: [
        { provide: APP_INTERCEPTOR, useClass: AuditInterceptor },
        { provide: MasterConfig, useValue: config },
        { provide: clockPort, useValue: clock },
        { provide: loggerPort, useValue: logger },
      ],
      exports: [MasterConfig, clockPort, loggerPort],
    };
  }
}
