/** Locust's downloads: the report page and the CSV files, under Locust's names and with its columns. */
import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiProduces, ApiTags } from '@nestjs/swagger';
import { exceptionsCsv, failuresCsv, historyCsv, renderHtml, requestsCsv } from '@loadstar/report';
import type { RunSummary } from '@loadstar/stats';
import type { FastifyReply } from 'fastify';
import { downloadName } from '../api/download-name.js';
import { ReportQueryDto } from '../api/dto/stats.dto.js';
import { RunReader } from '../api/run-reader.js';
import { Needs } from '../auth/roles.js';
import { reportPolicy } from '../http/security-headers.js';

@ApiTags('Locust-compatible')
@ApiBearerAuth()
@Needs('viewer')
@Controller()
export class DownloadsController {
  constructor(private readonly numbers: RunReader) {}

  /** The report as one page that needs nothing else */
  @ApiProduces('text/html')
  @Get('stats/report')
  report(@Query() query: ReportQueryDto, @Res({ passthrough: true }) reply: FastifyReply): string {
    const summary = this.numbers.summary();
    void reply.type('text/html; charset=utf-8').header('content-security-policy', reportPolicy);
    if (query.download !== undefined && query.download !== '0') {
      void reply.header('content-disposition', `attachment;filename=${downloadName(summary, '.html')}`);
    }
    return renderHtml(summary, this.numbers.points(), query.theme === undefined ? {} : { theme: query.theme });
  }

  /** Statistics of requests */
  @ApiProduces('text/csv')
  @Get('stats/requests/csv')
  requests(@Res({ passthrough: true }) reply: FastifyReply): string {
    return this.#csv(reply, 'requests', requestsCsv);
  }

  /** Failures of requests */
  @ApiProduces('text/csv')
  @Get('stats/failures/csv')
  failures(@Res({ passthrough: true }) reply: FastifyReply): string {
    return this.#csv(reply, 'failures', failuresCsv);
  }

  /** Exceptions of scenario code */
  @ApiProduces('text/csv')
  @Get('exceptions/csv')
  exceptions(@Res({ passthrough: true }) reply: FastifyReply): string {
    return this.#csv(reply, 'exceptions', exceptionsCsv);
  }

  /** The run second by second; always there, unlike in Locust */
  @ApiProduces('text/csv')
  @Get('stats/requests_full_history/csv')
  history(@Res({ passthrough: true }) reply: FastifyReply): string {
    return this.#csv(reply, 'requests_full_history', ({ meta }) => historyCsv(this.numbers.points(), meta.startedAt));
  }

  #csv(reply: FastifyReply, what: string, render: (summary: RunSummary) => string): string {
    const summary = this.numbers.summary();
    void reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', `attachment;filename=${downloadName(summary, `_${what}.csv`)}`);
    return render(summary);
  }
}
