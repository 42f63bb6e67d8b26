/** Puts the control plane into Nest's container, where faces find it as `RunControl`, `FleetView` and `QueueControl`. */
import { type DynamicModule, Global, Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { Clock } from '@loadstar/shared';
import { AuditTrail, StoredAudit } from './audit/audit-trail.js';
import type { Duty } from './leadership/duty.js';
import { MasterRole } from './leadership/master-role.js';
import { MasterCore } from './master-core.js';
import { QueueControl } from './queue/queue-control.js';
import { FleetView, RunControl } from './runs/run-control.js';
import { StoreWatch } from './store/store-watch.js';

@Injectable()
class CoreLifecycle implements OnApplicationShutdown {
  constructor(private readonly duty: Duty) {}

  onApplicationShutdown(): Promise<void> {
    return this.duty.close();
  }
}

/** Global, because every face needs it. */
@Global()
@Module({})
export class CoreModule {
  /** @param duty closes the core with the container; to begin it is up to who made it */
  static register(core: MasterCore, duty: Duty, clock: Clock): DynamicModule {
    return {
      module: CoreModule,
      providers: [
        { provide: MasterCore, useValue: core },
        { provide: MasterRole, useValue: duty },
        { provide: RunControl, useValue: core.runs },
        { provide: FleetView, useValue: core.fleet },
        { provide: QueueControl, useValue: core.queue },
        { provide: AuditTrail, useFactory: () => new StoredAudit(core.store.events, clock, core.logger) },
        { provide: StoreWatch, useFactory: () => new StoreWatch(core.store, clock) },
        { provide: CoreLifecycle, useFactory: () => new CoreLifecycle(duty) },
      ],
      exports: [MasterCore, MasterRole, RunControl, FleetView, QueueControl, AuditTrail, StoreWatch],
    };
  }
}
