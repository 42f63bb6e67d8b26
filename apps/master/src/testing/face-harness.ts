/** A whole master over real HTTP on a port the system chose, on top of the fake control plane. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DynamicModule, Global, Module } from '@nestjs/common';
import { type Clock, silentLogger, systemClock } from '@loadstar/shared';
import type { MasterConfig } from '../config/master-config.js';
import { defaultQueueSettings } from '../config/queue-settings.js';
import { readMasterConfig } from '../config/read-master-config.js';
import { type AppParts, createApp, type MasterApp } from '../http/create-app.js';
import { InProcessQueue } from '../queue/in-process-queue.js';
import { QueueControl } from '../queue/queue-control.js';
import { QueueService } from '../queue/queue-service.js';
import { MemoryScheduleStore } from '../queue/schedule-store.js';
import { FleetView, RunControl } from '../runs/run-control.js';
import { MemoryStore } from '../store/memory-store.js';
import { AuditTrail, StoredAudit } from '../audit/audit-trail.js';
import { StoreWatch } from '../store/store-watch.js';
import { FakeFleet, FakeRunControl } from './fake-control-plane.js';
import { FakeQueuedRuns } from './fake-queued-runs.js';

@Global()
@Module({})
class FakeCoreModule {
  static register(
    runs: RunControl,
    fleet: FleetView,
    queue: QueueControl,
    store: StoreWatch,
    audit: AuditTrail,
  ): DynamicModule {
    return {
      module: FakeCoreModule,
      providers: [
        { provide: RunControl, useValue: runs },
        { provide: FleetView, useValue: fleet },
        { provide: QueueControl, useValue: queue },
        { provide: StoreWatch, useValue: store },
        { provide: AuditTrail, useValue: audit },
      ],
      exports: [RunControl, FleetView, QueueControl, StoreWatch, AuditTrail],
    };
  }
}

export interface FaceHarness extends MasterApp {
  readonly url: string;
  readonly runs: FakeRunControl;
  readonly fleet: FakeFleet;
  readonly config: MasterConfig;
  /** A call with optional token, form, JSON body and headers. */
  call(method: string, path: string, options?: CallOptions): Promise<Response>;
  json<T>(path: string): Promise<T>;
  close(): Promise<void>;
}

export interface CallOptions {
  token?: string;
  form?: Record<string, string>;
  body?: unknown;
  headers?: Record<string, string>;
}

export async function openFaces(
  env: Record<string, string> = {},
  options: { clock?: Clock; consoleDir?: string; extend?: AppParts['extend'] } = {},
): Promise<FaceHarness> {
  const folder = mkdtempSync(join(tmpdir(), 'loadstar-master-'));
  const config = readMasterConfig({ LOADSTAR_DATA_DIR: folder, ...env });
  const clock = options.clock ?? systemClock;
  const fleet = new FakeFleet();
  const runs = new FakeRunControl(clock, fleet);
  const store = new MemoryStore();
  const queue = new QueueService({
    port: new InProcessQueue(clock, silentLogger),
    runs: new FakeQueuedRuns(runs, fleet),
    views: runs,
    schedules: new MemoryScheduleStore(),
    hold: store.queueHold,
    clock,
    logger: silentLogger,
    ...(config.queue ?? defaultQueueSettings),
  });
  await queue.open();
  const audit = new StoredAudit(store.events, clock, silentLogger);
  const core = FakeCoreModule.register(runs, fleet, queue, new StoreWatch(store, clock), audit);
  const consoleDir = options.consoleDir ?? folder;
  const made = await createApp({
    ...{ config, logger: silentLogger, clock, core, consoleDir },
    ...(options.extend ? { extend: options.extend } : {}),
  });
  await made.app.listen(0, '127.0.0.1');
  const url = (await made.app.getUrl()).replace('[::1]', '127.0.0.1');
  const call = (method: string, path: string, { token, form, body, headers = {} }: CallOptions = {}) =>
    fetch(`${url}${path}`, {
      method,
      redirect: 'manual',
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(form === undefined ? {} : { body: new URLSearchParams(form) }),
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  return {
    ...made,
    url,
    runs,
    fleet,
    config,
    call,
    json: async <T>(path: string) => (await (await call('GET', path)).json()) as T,
    close: async () => {
      await made.app.close();
      await queue.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
