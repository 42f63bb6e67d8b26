import { Controller, Get, Res } from '@nestjs/common';
import { ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Needs } from '../auth/roles.js';
import { MetricsService } from './metrics.service.js';

@ApiTags('Health')
@Controller()
export class MetricsController {
  constructor(private readonly metrics: MetricsService) {}

  /** Everything that Prometheus scrapes: requests, times, users, workers, and this process */
  @Needs('viewer')
  @ApiProduces('text/plain')
  @Get()
  read(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    void reply.header('content-type', this.metrics.contentType);
    return this.metrics.page();
  }
}
