/** What people and programs may do to a run that is there: change its load, pause it, stop it, write to it. */
import { type Clock, type FieldProblem, LoadstarError, type Logger } from '@loadstar/shared';
import type { RunAccount } from './run-account.js';
import type { RunAccounts } from './run-accounts.js';
import type { RunBook } from './run-book.js';
import { addEvent } from './run-chronicle.js';
import type { RunAdjustment, RunAnnotation } from './run-control.js';
import type { RunDriver } from './run-driver.js';
import { isPaused, loadInForce } from './run-record.js';
import type { RunStarts } from './run-starts.js';
import { checkNumbers, checkScenarioChanges, checkTasks, checkUserClasses } from './run-request.js';

export interface RunSteeringParts {
  readonly config: { readonly maxUsers: number };
  readonly book: RunBook;
  readonly clock: Clock;
  readonly logger: Logger;
}

const unchanged = { runTimeMs: undefined, userClasses: undefined, classWeights: undefined };

export class RunSteering {
  constructor(
    private readonly parts: RunSteeringParts,
    private readonly accounts: RunAccounts,
    private readonly starts: RunStarts,
  ) {}

  /** @throws LoadstarError NOT_FOUND, RUN_NOT_ACTIVE, INVALID_INPUT, USER_CEILING, RATE_CEILING */
  async adjust(runId: string, change: RunAdjustment): Promise<void> {
    const driver = this.underLoad(runId);
    const { record } = driver;
    const { load } = record.plan;
    checkNumbers(change, this.parts.config.maxUsers);
    checkUserClasses(change.userClasses, change.classWeights, driver.description);
    checkTasks(change.tasks, driver.description);
    checkScenarioChanges(change.scenarios, load, this.parts.config.maxUsers);
    if (load.kind !== 'users' && (change.users !== undefined || change.spawnRate !== undefined)) {
      const who = load.kind === 'shape' ? `the shape ${load.shape} decides` : 'its scenarios decide';
      refuse({ field: 'users', problem: `${who} how many users there are` });
    }
    const { users, spawnRate } = loadInForce(record);
    await driver.adjust({
      users: change.users ?? users ?? 0,
      spawnRate: change.spawnRate ?? spawnRate ?? 1,
      runTimeMs: change.runTimeSeconds === undefined ? undefined : change.runTimeSeconds * 1000,
      userClasses: change.userClasses,
      classWeights: change.classWeights,
      ...(change.tasks ? { tasks: change.tasks } : {}),
      // Always said of scenarios, also that none is changed: plain users would go to the externally controlled ones.
      ...(load.kind === 'scenarios' ? { scenarios: change.scenarios ?? [] } : {}),
    });
  }

  /** @throws LoadstarError NOT_FOUND, RUN_NOT_ACTIVE */
  async pause(runId: string, paused: boolean): Promise<void> {
    const driver = this.underLoad(runId);
    if (isPaused(driver.record) === paused) return;
    const { users = 0, spawnRate = 1 } = loadInForce(driver.record);
    const scenarios = driver.record.plan.load.kind === 'scenarios' ? { scenarios: [] } : {};
    await driver.adjust({ ...unchanged, users, spawnRate, paused, ...scenarios });
  }

  /** @throws LoadstarError NOT_FOUND */
  async annotate(runId: string, { notes, tags }: RunAnnotation): Promise<void> {
    this.parts.book.get(runId);
    await this.parts.book.change(runId, () => ({
      ...(notes === undefined ? {} : { notes }),
      ...(tags === undefined ? {} : { tags }),
    }));
  }

  /** @throws LoadstarError NOT_FOUND */
  async stop(runId: string, reason: string, graceMs: number | undefined): Promise<void> {
    const { book, clock } = this.parts;
    const { state } = book.get(runId);
    const end = { reason, endedAtMs: Math.round(clock.wallMs()) };
    const wasStarting = this.starts.callOff(runId, reason);
    // A stop of one that only waits can be asked for again: it is confirmed only once it is stored.
    if (state === 'queued') await (wasStarting ? book.abort(runId, end) : book.move(runId, 'aborted', end));
    await this.accounts.driver(runId)?.stop(reason, graceMs);
  }

  /**
   * Every run that has workers, and every start that is under way. One that cannot be stopped keeps none of the others.
   * @returns ids of runs, newest first, and of starts of which there is no run yet
   */
  async stopAll(reason: string, graceMs: number | undefined): Promise<{ stopped: string[]; calledOff: string[] }> {
    const { book } = this.parts;
    const starting = this.starts.ids;
    const calledOff = starting.filter((id) => !book.find(id));
    for (const id of calledOff) this.starts.callOff(id, reason);
    const wanted = [...book.active(), ...book.queued().filter(({ id }) => starting.includes(id))];
    const stopped = wanted.map(({ id }) => id).reverse();
    const stops = await Promise.allSettled(stopped.map((id) => this.stop(id, reason, graceMs)));
    const failed = stops.find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
    return { stopped, calledOff };
  }

  /** Counts from here on. */
  reset(account: RunAccount): void {
    account.reset();
    const { book, clock, logger } = this.parts;
    const { id } = account.record;
    const event = { atMs: Math.round(clock.wallMs()), kind: 'edited' as const, text: 'Statistics start from zero.' };
    book
      .change(id, (record) => ({ events: addEvent(record, event) }))
      .catch((error: unknown) => logger.warn({ run: id, err: error }, 'an event could not be stored'));
  }

  private underLoad(runId: string): RunDriver {
    const { state } = this.parts.book.get(runId);
    const driver = this.accounts.driver(runId);
    if (driver && (state === 'spawning' || state === 'running')) return driver;
    throw new LoadstarError('RUN_NOT_ACTIVE', { runId, state });
  }
}

function refuse(field: FieldProblem): never {
  throw new LoadstarError('INVALID_INPUT', { detail: `${field.field}: ${field.problem}` }, [field]);
}
