/**
 * Finds out what scenarios declare, by asking a worker, because the master never executes them. Only while no run is
 * going: loading a scenario costs a worker time that a measurement would feel.
 */
import type { WorkerLink } from '@loadstar/protocol';
import { LoadstarError, type Logger, type ScenarioDescription, toWireError } from '@loadstar/shared';
import type { ScenarioBundle, ScenarioCatalogue } from './scenario-catalogue.js';

export class ScenarioInspector {
  private working = false;

  /** @param idleWorker one that may be asked now, or undefined */
  constructor(
    private readonly catalogue: ScenarioCatalogue,
    private readonly idleWorker: () => WorkerLink | undefined,
    private readonly logger: Logger,
  ) {}

  /**
   * What a bundle declares, from memory or from a worker.
   * @throws LoadstarError SCENARIO_*, or WORKER_UNREACHABLE
   */
  async describe(bundle: ScenarioBundle, worker: WorkerLink): Promise<ScenarioDescription> {
    const known = this.catalogue.descriptionOf(bundle.hash);
    if (known) return known;
    try {
      const description = await worker.inspect(bundle);
      this.catalogue.describe(bundle.hash, description);
      return description;
    } catch (error) {
      if (error instanceof LoadstarError && error.code.startsWith('SCENARIO_')) {
        this.catalogue.refuse(bundle.hash, error.message);
      }
      throw error;
    }
  }

  /** Asks about every bundle that nobody has looked at, one after the other; never throws. */
  async describeAll(): Promise<void> {
    if (this.working) return;
    this.working = true;
    try {
      for (const bundle of this.catalogue.undescribed()) {
        const worker = this.idleWorker();
        if (!worker) return;
        await this.describe(bundle, worker).catch((error: unknown) => {
          this.logger.warn(
            { scenario: bundle.name, code: toWireError(error).code },
            'a scenario could not be inspected',
          );
        });
      }
    } finally {
      this.working = false;
    }
  }
}
