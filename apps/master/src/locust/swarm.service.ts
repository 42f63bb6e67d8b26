/**
 * Start, change and stop in Locust's manner: one call starts or edits, and whatever goes wrong is an answer with
 * `success: false`, never an error status. What Locust gets wrong stays out: nothing starts without workers, and no
 * timer of an old run touches a new one, because run times belong to runs.
 */
import { Injectable } from '@nestjs/common';
import { type CreateRunBody, LoadstarError, type RunView, type ScenarioDescription } from '@loadstar/shared';
import { isActive } from '../api/run-reader.js';
import { type RunAdjustment, RunControl } from '../runs/run-control.js';
import { findScenario } from '../scenarios/scenario-name.js';
import { missingFields, readSwarmForm, type SwarmForm } from './swarm-form.js';

export interface SwarmAnswer {
  success: boolean;
  message: string;
  host?: string | null;
  run_time?: number;
  user_classes?: string[];
  run_id?: string;
}

const noShape = 'Default';

@Injectable()
export class SwarmService {
  /** Weights set by `POST /user` while nothing runs; the next start takes them along. */
  readonly #weights = new Map<string, number>();
  /** Tasks chosen in the same way, by class. */
  readonly #tasks = new Map<string, string[]>();

  constructor(private readonly runs: RunControl) {}

  /** Weights waiting for the next start, by user class. */
  get waitingWeights(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#weights);
  }

  async swarm(body: unknown): Promise<SwarmAnswer> {
    const read = readSwarmForm(body);
    if ('problem' in read) return this.#refused(read.problem);
    const { form } = read;
    const shape = this.#shapeOf(form);
    if (shape === undefined && (form.userCount === undefined || form.spawnRate === undefined)) {
      return this.#refused(missingFields, form.host);
    }
    try {
      const current = this.runs.current();
      const run =
        isActive(current) && current.state !== 'stopping'
          ? await this.#edit(current, form)
          : await this.#start(form, shape);
      return accepted(run, form);
    } catch (error) {
      if (error instanceof LoadstarError) return this.#refused(`${error.message} ${error.hint}`, form.host);
      throw error;
    }
  }

  /** Stops what is active, and what is being started: the answer says that nothing goes on, so nothing may begin either. */
  async stop(): Promise<SwarmAnswer> {
    const current = this.runs.current();
    const { runs, calledOff } = await this.runs.stopAll('stopped by a user');
    const id = calledOff[0] ?? runs[0]?.id ?? current?.id;
    return { success: true, message: 'Test stopped', ...(id === undefined ? {} : { run_id: id }) };
  }

  reset(): void {
    const current = this.runs.current();
    if (current !== null) this.runs.resetStats(current.id);
  }

  /**
   * Changes the weight of a user class, and which of its tasks its users do, now or for the next start.
   * @throws LoadstarError INVALID_INPUT naming the field, or what the control plane says to the change
   */
  async setWeight(body: Readonly<Record<string, unknown>>): Promise<void> {
    const { user_class_name: name, weight, tasks } = body;
    const known = this.description()?.userClasses ?? [];
    const found = known.find((userClass) => userClass.name === name);
    if (found === undefined)
      throw invalid('user_class_name', `must be one of ${known.map((each) => each.name).join(', ')}`);
    const names = found.tasks.map((task) => task.name);
    const chosen = tasks === undefined ? undefined : someOf(tasks, names);
    if (tasks !== undefined && !chosen) throw invalid('tasks', `must be one or more of ${names.join(', ')}`);
    if (weight !== undefined && (typeof weight !== 'number' || !(weight >= 0))) {
      throw invalid('weight', 'must be a number of 0 or more');
    }
    if (weight === undefined && !chosen) return;
    const current = this.runs.current();
    if (isActive(current)) {
      await this.runs.adjust(current.id, {
        ...(weight === undefined ? {} : { classWeights: { [found.name]: weight } }),
        ...(chosen ? { tasks: { [found.name]: chosen } } : {}),
      });
      return;
    }
    if (weight !== undefined) this.#weights.set(found.name, weight);
    if (chosen) this.#tasks.set(found.name, chosen);
  }

  /** What the active or latest run's scenario declares, or else the default one's. */
  description(): ScenarioDescription | null {
    const ofRun = this.runs.current() === null ? null : this.runs.description();
    return ofRun ?? this.#declared(this.runs.defaultScenario);
  }

  async #start(form: SwarmForm, shape: string | undefined): Promise<RunView> {
    const request: CreateRunBody = {
      ...(form.scenario === undefined ? {} : { scenario: form.scenario }),
      ...(form.host === undefined ? {} : { host: form.host }),
      ...(form.userCount === undefined ? {} : { users: form.userCount }),
      ...(form.spawnRate === undefined ? {} : { spawnRate: form.spawnRate }),
      ...(form.runTimeSeconds === undefined ? {} : { runTimeSeconds: form.runTimeSeconds }),
      ...(form.userClasses === undefined ? {} : { userClasses: form.userClasses }),
      ...(form.shapeClass === undefined && shape === undefined ? {} : { shape: shape ?? noShape }),
    };
    const run = await this.runs.create(request);
    const classes = new Set(this.runs.description(run.id)?.userClasses.map(({ name }) => name));
    const weights = Object.fromEntries([...this.#weights].filter(([name]) => classes.has(name)));
    const tasks = Object.fromEntries([...this.#tasks].filter(([name]) => classes.has(name)));
    const hasWeights = Object.keys(weights).length > 0;
    const hasTasks = Object.keys(tasks).length > 0;
    if (!hasWeights && !hasTasks) return run;
    this.#weights.clear();
    this.#tasks.clear();
    return this.runs.adjust(run.id, {
      ...(hasWeights ? { classWeights: weights } : {}),
      ...(hasTasks ? { tasks } : {}),
    });
  }

  /** Edits the running test; statistics go on. */
  async #edit(run: RunView, form: SwarmForm): Promise<RunView> {
    const named = form.scenario === undefined ? undefined : findScenario(this.runs.scenarios(), form.scenario)?.name;
    if (form.scenario !== undefined && (named ?? form.scenario) !== run.scenario) {
      throw invalid('scenario', `cannot change while ${run.scenario} runs; stop it first`);
    }
    if (form.host !== undefined && bare(form.host) !== bare(run.host)) {
      throw invalid('host', `cannot change while the test runs against ${run.host}; stop it first`);
    }
    const change: RunAdjustment = {
      // A shape goes on deciding the users; Locust ignores the numbers then, too.
      ...(form.userCount === undefined || run.shape !== null ? {} : { users: form.userCount }),
      ...(form.spawnRate === undefined || run.shape !== null ? {} : { spawnRate: form.spawnRate }),
      ...(form.runTimeSeconds === undefined ? {} : { runTimeSeconds: form.runTimeSeconds }),
      ...(form.userClasses === undefined ? {} : { userClasses: form.userClasses }),
    };
    return Object.keys(change).length === 0 ? run : this.runs.adjust(run.id, change);
  }

  /** The shape that the form asks for, or that the scenario brings along, as Locust follows it unasked. */
  #shapeOf(form: SwarmForm): string | undefined {
    if (form.shapeClass === noShape) return undefined;
    if (form.shapeClass !== undefined) return form.shapeClass;
    const current = this.runs.current();
    if (isActive(current)) return current.shape ?? undefined;
    const shapes = this.#declared(form.scenario ?? this.runs.defaultScenario)?.shapes ?? [];
    return shapes.length === 1 ? shapes[0] : undefined;
  }

  #declared(scenario: string): ScenarioDescription | null {
    return findScenario(this.runs.scenarios(), scenario)?.description ?? null;
  }

  #refused(message: string, host?: string): SwarmAnswer {
    const current = this.runs.current();
    return {
      success: false,
      message,
      host: host ?? current?.host ?? null,
      ...(current === null ? {} : { run_id: current.id }),
    };
  }
}

function accepted(run: RunView, form: SwarmForm): SwarmAnswer {
  return {
    success: true,
    message: run.shape === null ? 'Swarming started' : `Swarming started using shape class '${run.shape}'`,
    host: run.host,
    ...(form.runTimeSeconds === undefined ? {} : { run_time: form.runTimeSeconds }),
    ...(form.userClasses === undefined ? {} : { user_classes: form.userClasses }),
    run_id: run.id,
  };
}

const invalid = (field: string, problem: string): LoadstarError =>
  new LoadstarError('INVALID_INPUT', { detail: `${field} ${problem}` }, [{ field, problem }]);

const bare = (host: string): string => host.replace(/\/+$/, '').toLowerCase();

/** The names that are given, when they are some of those known and at least one. */
function someOf(given: unknown, known: readonly string[]): string[] | undefined {
  if (!Array.isArray(given) || given.length === 0) return undefined;
  const names = given.filter((name): name is string => typeof name === 'string' && known.includes(name));
  return names.length === given.length ? names : undefined;
}
