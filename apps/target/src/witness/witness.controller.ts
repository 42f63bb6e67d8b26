import { Controller, Delete, Get, HttpCode, NotFoundException, Param } from '@nestjs/common';
import { Witness } from './witness.js';

/** Only there with `TARGET_WITNESS=1`. */
@Controller('witness')
export class WitnessController {
  constructor(private readonly witness: Witness) {}

  /** The runs that were seen. */
  @Get()
  list() {
    return this.witness.list();
  }

  /** Per worker of one run: distinct and repeated sequences, gaps, and requests per 100 ms. */
  @Get(':run')
  one(@Param('run') run: string) {
    const account = this.witness.describe(run);
    if (!account) throw new NotFoundException(`no request of run "${run}" was seen`);
    return account;
  }

  /** Forgets everything. */
  @Delete()
  @HttpCode(204)
  clear(): void {
    this.witness.clear();
  }
}
