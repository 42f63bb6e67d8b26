/** Puts the control plane into Nest's container, where faces find it as `RunControl`, `FleetView` and `QueueControl`. */
import {
  type DynamicModule,
  Global,
  Inject,
  Injectable,
  Module,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { SocketIoControlServer } from '@loadstar/protocol';
import { type Clock, type Logger, systemClock } from '@loadstar/shared';
import type { Server } from 'socket.io';
import type { MasterConfig } from './config/master-config.js';
import { MasterCore } from './master-core.js';
import { QueueControl } from './queue/queue-control.js';
import type { QueuePort } from './queue/queue-port.js';
import { FleetView, RunControl } from './runs/run-control.js';
import { StoreWatch } from './store/store-watch.js';
import { storeFor } from './store/open-store.js';

@Injectable()
class CoreLifecycle implements OnModuleInit, OnApplicationShutdown {
  constructor(@Inject(MasterCore) private readonly core: MasterCore) {}

  async onModuleInit(): Promise<void> {
    await this.core.open();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.core.close();
  }
}

/** Global, because every face needs it. */
@Global()
@Module({})
export class CoreModule {
  static register(options: {
    config: MasterConfig;
    logger: Logger;
    clock?: Clock;
    queuePort?: QueuePort;
  }): DynamicModule {
    const { config, logger, clock = systemClock } = options;
    const store = storeFor(config, clock, logger);
    return {
      module: CoreModule,
      providers: [
        { provide: MasterCore, useFactory: () => new MasterCore({ ...options, store }) },
        { provide: RunControl, useFactory: (core: MasterCore) => core.runs, inject: [MasterCore] },
        { provide: FleetView, useFactory: (core: MasterCore) => core.fleet, inject: [MasterCore] },
        { provide: QueueControl, useFactory: (core: MasterCore) => core.queue, inject: [MasterCore] },
        { provide: StoreWatch, useFactory: () => new StoreWatch(store, clock) },
        CoreLifecycle,
      ],
      exports: [MasterCore, RunControl, FleetView, QueueControl, StoreWatch],
    };
  }
}

/** Lets workers in by namespace `/workers` of a Socket.IO server; call it once the server is listening or about to. */
export function attachWorkers(core: MasterCore, io: Server): Promise<void> {
  return core.attachWorkers(new SocketIoControlServer(io));
}
