import { Module } from '@nestjs/common';
import { ApiModule } from '../api/api.module.js';
import { DownloadsController } from './downloads.controller.js';
import { LocustController } from './locust.controller.js';
import { SwarmService } from './swarm.service.js';

@Module({ imports: [ApiModule], controllers: [LocustController, DownloadsController], providers: [SwarmService] })
export class LocustModule {}
