import { type Logger, LoadstarError, type RunPlan, type ScenarioDescription, toWireError } from '@loadstar/shared';
import type { EnginePool } from '@loadstar/engine';
import type { LoadRunner, RunnerEvents, RunnerStart } from '@loadstar/protocol';

/** Lines that scenario code printed, as against what engines log; those belong into the worker's own log too. */
const printedLine = /^engine \d+ std(out|err): /;

/** The engine processes as the control channel's load runner. */
export class EngineRunner implements LoadRunner {
  constructor(
    private readonly pool: EnginePool,
    private readonly logger: Logger,
  ) {}

  observe(events: RunnerEvents): void {
    this.pool.onSnapshot((snapshot) => events.snapshot(snapshot));
    this.pool.onEngineDied((how) => events.engineDied(toWireError(new LoadstarError('ENGINE_DIED', { detail: how }))));
    this.pool.onLog((line) => {
      if (printedLine.test(line)) this.logger.info({}, line);
      events.log(line);
    });
    this.pool.onTraced((batch, plan) => events.traced(batch, plan));
  }

  prepare(plan: RunPlan, code: string): Promise<ScenarioDescription> {
    return this.pool.prepare({ plan, code });
  }

  inspect(code: string): Promise<ScenarioDescription> {
    return this.pool.inspect(code);
  }

  setup(): Promise<unknown> {
    return this.pool.setup();
  }

  teardown(): Promise<void> {
    return this.pool.teardown();
  }

  start(start: RunnerStart): void {
    this.pool.start(start);
  }

  adjust(change: Parameters<LoadRunner['adjust']>[0]): void {
    this.pool.adjust(change);
  }

  lease(leftMs: number): void {
    this.pool.lease(leftMs);
  }

  stop(graceMs: number, reason: string): Promise<void> {
    return this.pool.stop({ graceMs, reason });
  }
}
