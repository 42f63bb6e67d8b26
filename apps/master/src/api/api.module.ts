import { Module } from '@nestjs/common';
import { PlatformController } from './platform.controller.js';
import { RunReader } from './run-reader.js';
import { RunsController } from './runs.controller.js';

@Module({ controllers: [RunsController, PlatformController], providers: [RunReader], exports: [RunReader] })
export class ApiModule {}
