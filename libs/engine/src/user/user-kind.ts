import { type Clock, type ParameterValue, SeededRandom } from '@loadstar/shared';
import type { HttpClient, HttpSettings, TaskEntry, TaskSetDefinition, UserClassDefinition } from '@loadstar/scenario';
import { pathMark, type TaskGroup } from '@loadstar/stats';
import type { TimerWheel } from '../hot/timer-wheel.js';
import { TaskMix } from '../load/task-mix.js';
import type { OpenExchanges } from '../record/open-exchanges.js';
import type { RunRecorder } from '../record/run-recorder.js';
import { TurnGuard } from './turn-guard.js';

/** A user's own client: own connections, own cookies. After `close` what is under way never settles. */
export type UserClient = HttpClient & {
  /** When the next request was meant to start, monotonic milliseconds; the next request takes it. */
  intendedStartMs?: number | undefined;
  close(): void;
};

/** Where users of one class get their clients from. */
export interface ClientSource {
  /** @param settings of the users' class; undefined: the defaults */
  client(baseUrl: string, settings?: HttpSettings): UserClient;
}

/** What all users of an engine share in one run. */
export interface UserServices {
  readonly clock: Clock;
  readonly wheel: TimerWheel;
  readonly recorder: RunRecorder;
  readonly seed: string;
  /** Tells task mixes of different engines apart. */
  readonly engine: string;
  /** Base URL of the run. */
  readonly host: string;
  /** What `setup()` returned. */
  readonly data: unknown;
  /** Values of the scenario's parameters. */
  readonly parameters: Readonly<Record<string, ParameterValue>>;
  readonly turns: TurnGuard;
  /** Says once per message that users cannot start. */
  readonly onStartFailed: (userClass: string, message: string) => void;
}

/** One user class in one load: what its users share, so that a single user stays small. */
export class UserKind {
  readonly host: string;
  private readonly mixes = new Map<TaskSetDefinition, TaskMix>();
  private readonly counts = new Map<TaskEntry, TaskGroup>();

  /**
   * @param env what the users find in `this.env`
   * @param scope tells the mixes of one class in several scenarios apart; empty for a run without scenarios
   */
  constructor(
    readonly definition: UserClassDefinition,
    readonly services: UserServices,
    readonly clients: ClientSource,
    /** Where exchanges of other protocols than HTTP are counted. */
    readonly exchanges: OpenExchanges,
    readonly env: Readonly<Record<string, string>>,
    private readonly scope: string,
  ) {
    this.host = definition.host ?? services.host;
  }

  /**
   * Lets users do some of their tasks alone from now on, in the proportions that these have; within task sets nothing
   * changes. A sequence has no choice to make.
   * @param names of tasks of the class itself; undefined leaves all as it is, and so does a choice that names none
   */
  selectTasks(names: readonly string[] | undefined): void {
    const { tasks } = this.definition;
    if (!names || tasks.kind !== 'weighted' || tasks.entries.length < 2) return;
    const weights = tasks.entries.map(({ name, weight }) => (names.includes(name) ? weight : 0));
    if (weights.some((weight) => weight > 0)) this.mixOf(tasks).reweigh(weights);
  }

  /** Counts the start of a task, or the entry of a nested set. @param at where the user is */
  countStart(entry: TaskEntry, at: { readonly sets: readonly string[] }): void {
    let count = this.counts.get(entry);
    if (!count) {
      const path = [...at.sets, entry.name].join(pathMark);
      count = this.services.recorder.stats.task(this.definition.name, path);
      this.counts.set(entry, count);
    }
    count.started++;
  }

  /** The mix that all users of this class choose from in a set, so that the proportions hold over all of them. */
  mixOf(set: TaskSetDefinition): TaskMix {
    let mix = this.mixes.get(set);
    if (!mix) {
      const { seed, engine } = this.services;
      const random = new SeededRandom(`${seed}/${engine}/${this.scope}${this.definition.name}/${set.name}`);
      mix = new TaskMix(
        set.entries.map(({ weight }) => weight),
        random,
      );
      this.mixes.set(set, mix);
    }
    return mix;
  }
}
