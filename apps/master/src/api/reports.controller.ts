/** What can be had of stored runs: reports in every format, comparisons, and the baselines that others are held to. */
import { Body, Controller, Delete, Get, HttpCode, Param, Put, Query, Res } from '@nestjs/common';
import { ApiBearerAuth, ApiProduces, ApiTags } from '@nestjs/swagger';
import { reportFormats, trendsOf } from '@loadstar/report';
import { LoadstarError } from '@loadstar/shared';
import type { FastifyReply } from 'fastify';
import { Needs } from '../auth/roles.js';
import { reportPolicy } from '../http/security-headers.js';
import { RunControl } from '../runs/run-control.js';
import { downloadName } from './download-name.js';
import { ComparisonDto, ComparisonQueryDto, PutBaselineDto } from './dto/comparison.dto.js';
import { RunDto } from './dto/run.dto.js';
import { ReportFormatQueryDto } from './dto/stats.dto.js';
import { Problems } from './problems.decorator.js';

const baselineName = /^[\w-][\w .-]{0,99}$/;

@ApiTags('Reports')
@ApiBearerAuth()
@Controller('api/v1')
export class ReportsController {
  constructor(private readonly runs: RunControl) {}

  /**
   * The report of a run in any format
   * @remarks A run that goes on is told as far as it has come. The JSON report is what `loadstar compare` and `loadstar report` read.
   */
  @Needs('viewer')
  @Problems('INVALID_INPUT', 'NOT_FOUND', 'STORE_UNAVAILABLE')
  @ApiProduces(...new Set(Object.values(reportFormats).map(({ mediaType }) => mediaType.replace(/;.*/, ''))))
  @Get('runs/:id/report')
  async report(
    @Param('id') id: string,
    @Query() { format = 'html', part = 'stats', theme, download }: ReportFormatQueryDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    await this.runs.load(id);
    const summary = this.runs.summary(id);
    const looks = theme === undefined ? {} : { theme };
    const files = reportFormats[format].render(summary, this.runs.series(id), this.runs.details(id), looks);
    const file = files.find(({ suffix }) => suffix === `_${part}.csv`) ?? files[0];
    if (!file) throw new LoadstarError('NOT_FOUND', { what: 'report', id: format });
    void reply.type(reportFormats[format].mediaType);
    if (format === 'html') void reply.header('content-security-policy', reportPolicy);
    if (download === '1') {
      void reply.header('content-disposition', `attachment;filename=${downloadName(summary, file.suffix)}`);
    }
    return file.content;
  }

  /** What changed from one run to another, and how all of several moved */
  @Needs('viewer')
  @Problems('INVALID_INPUT', 'STORE_UNAVAILABLE')
  @Get('comparisons')
  async compare(@Query() { runs, minEffect, cut }: ComparisonQueryDto): Promise<ComparisonDto> {
    const ids = runs.split(',').map((wanted) => this.runs.baselines.resolve(wanted.trim()));
    const stored = [];
    for (const id of ids) {
      await this.runs.load(id);
      stored.push({ view: this.runs.get(id), summary: this.runs.summary(id), details: this.runs.details(id) });
    }
    const compared = stored.map(({ view, ...run }) => ({ label: view.baselineName ?? view.id, run, view }));
    const [first, last] = [compared[0], compared.at(-1)];
    if (!first || !last) throw new LoadstarError('INVALID_INPUT', { detail: 'runs: there is nothing to compare' });
    const comparison = await this.runs.compare(first, last, {
      minEffect: minEffect === undefined ? undefined : minEffect / 100,
      cutWarmUp: cut !== '0',
    });
    return {
      runs: compared.map(({ label, view, run }) => ({
        id: view.id,
        label,
        scenario: view.scenario,
        startedAt: run.summary.meta.startedAt,
        verdict: view.verdict,
      })),
      comparison,
      trends: trendsOf(stored),
    };
  }

  /** Runs that others are compared with, by name */
  @Needs('viewer')
  @Problems()
  @Get('baselines')
  baselines(): RunDto[] {
    return this.runs.baselines.list();
  }

  /**
   * Make a run the baseline of a name
   * @remarks The run that had the name loses it. Needs the role runner.
   */
  @Needs('runner')
  @Problems('INVALID_INPUT', 'NOT_FOUND', 'STORE_UNAVAILABLE')
  @Put('baselines/:name')
  async putBaseline(@Param('name') name: string, @Body() { runId }: PutBaselineDto): Promise<RunDto> {
    if (!baselineName.test(name)) {
      const problem = '1..100 letters, digits, spaces or _ - .';
      throw new LoadstarError('INVALID_INPUT', { detail: `name: ${problem}` }, [{ field: 'name', problem }]);
    }
    return this.runs.baselines.put(name, runId);
  }

  /**
   * Forget a baseline; its run stays
   * @remarks Needs the role runner.
   */
  @Needs('runner')
  @Problems('NOT_FOUND', 'STORE_UNAVAILABLE')
  @HttpCode(204)
  @Delete('baselines/:name')
  async removeBaseline(@Param('name') name: string): Promise<void> {
    await this.runs.baselines.remove(name);
  }
}
