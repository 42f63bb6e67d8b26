import { Module } from '@nestjs/common';
import { AuditController } from './audit.controller.js';
import { PlatformController } from './platform.controller.js';
import { QueueController } from './queue.controller.js';
import { ReportsController } from './reports.controller.js';
import { RunReader } from './run-reader.js';
import { RunsController } from './runs.controller.js';
import { StopController } from './stop.controller.js';
import { SchedulesController } from './schedules.controller.js';

@Module({
  controllers: [
    RunsController,
    StopController,
    ReportsController,
    QueueController,
    SchedulesController,
    PlatformController,
    AuditController,
  ],
  providers: [RunReader],
  exports: [RunReader],
})
export class ApiModule {}
