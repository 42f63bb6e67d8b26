import { Controller, Get, Req, Res } from '@nestjs/common';
import { ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Needs } from '../auth/roles.js';
import { MetricsService } from './metrics.service.js';
import { openMetricsType } from './open-metrics.js';

@ApiTags('Health')
@Controller()
export class MetricsController {
  constructor(private readonly metrics: MetricsService) {}

  /** Everything that Prometheus scrapes: requests, times, users, workers, and this process */
  @Needs('viewer')
  @ApiProduces('text/plain')
  @Get()
  read(@Req() { headers }: FastifyRequest, @Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    if (this.metrics.hasExemplars && headers.accept?.includes('application/openmetrics-text')) {
      void reply.header('content-type', openMetricsType);
      return this.metrics.openMetricsPage();
    }
    void reply.header('content-type', this.metrics.contentType);
    return this.metrics.page();
  }
}
