import { type Clock, SeededRandom } from '@loadstar/shared';
import type { HttpClient, TaskSetDefinition, UserClassDefinition } from '@loadstar/scenario';
import type { TimerWheel } from '../hot/timer-wheel.js';
import { TaskMix } from '../load/task-mix.js';
import type { RunRecorder } from '../record/run-recorder.js';
import { TurnGuard } from './turn-guard.js';

/** A user's own client: own connections, own cookies. After `close` what is under way never settles. */
export type UserClient = HttpClient & { close(): void };

/** Where users of one class get their clients from. */
export interface ClientSource {
  client(baseUrl: string): UserClient;
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
  readonly turns: TurnGuard;
  /** Says once per message that users cannot start. */
  readonly onStartFailed: (userClass: string, message: string) => void;
}

/** One user class in one run: what its users share, so that a single user stays small. */
export class UserKind {
  readonly host: string;
  private readonly mixes = new Map<TaskSetDefinition, TaskMix>();

  constructor(
    readonly definition: UserClassDefinition,
    readonly services: UserServices,
    readonly clients: ClientSource,
  ) {
    this.host = definition.host ?? services.host;
  }

  /** The mix that all users of this class choose from in a set, so that the proportions hold over all of them. */
  mixOf(set: TaskSetDefinition): TaskMix {
    let mix = this.mixes.get(set);
    if (!mix) {
      const { seed, engine } = this.services;
      const random = new SeededRandom(`${seed}/${engine}/${this.definition.name}/${set.name}`);
      mix = new TaskMix(
        set.entries.map(({ weight }) => weight),
        random,
      );
      this.mixes.set(set, mix);
    }
    return mix;
  }
}
