/** `/api/v1/audit`: who changed what, for admins. */
import { Controller, Get, Optional, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import { AuditTrail } from '../audit/audit-trail.js';
import { Needs } from '../auth/roles.js';
import { AuditEntryDto, AuditQueryDto } from './dto/audit.dto.js';
import { Problems } from './problems.decorator.js';

const usual = 100;

@ApiTags('Platform')
@ApiBearerAuth()
@Controller('api/v1/audit')
export class AuditController {
  constructor(@Optional() private readonly trail?: AuditTrail) {}

  /**
   * Calls that changed something, newest first
   * @remarks Kept as long as runs are (`LOADSTAR_KEEP_DAYS`). Needs the role admin.
   */
  @Needs('admin')
  @Problems('INVALID_INPUT', 'STORE_UNAVAILABLE')
  @Get()
  async list(@Query() { limit = usual }: AuditQueryDto): Promise<AuditEntryDto[]> {
    const entries = (await this.trail?.list(limit)) ?? [];
    return entries.map(({ atMs, runId = null, host = null, users = null, ...entry }) => ({
      at: new Date(atMs).toISOString(),
      ...entry,
      runId,
      host,
      users,
    }));
  }
}
