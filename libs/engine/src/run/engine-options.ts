// What an engine is given and what it says, apart from the engine itself, so that its parts can name them.
import type { Clock, LoadChange, Logger, RunPlan, Share } from '@loadstar/shared';
import type { ScenarioDefinition } from '@loadstar/scenario';
import type { EngineHealth, Phase, RunStats } from '@loadstar/stats';
import type { ExchangeRecorder } from '../record/exchange-recorder.js';
import type { ClientSource } from '../user/user-kind.js';

/** Part of a snapshot's header that the engine knows. Users and rates are this engine's part of the whole. */
export interface EngineStatus {
  readonly elapsedMs: number;
  readonly phase: Phase;
  /** Whether this is the engine's last word in this run. */
  readonly final: boolean;
  /** Why the load came to its end; undefined while it goes on. */
  readonly reason: string | undefined;
  readonly users: number;
  readonly targetUsers: number;
  readonly spawnRate: number;
  readonly usersByClass: Record<string, number>;
  readonly health: EngineHealth;
}

export interface EngineOptions {
  readonly definition: ScenarioDefinition;
  readonly plan: RunPlan;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Makes the protocol client of one user class, which records through the recorder given. */
  readonly clients: (recorder: ExchangeRecorder) => ClientSource;
  /**
   * Own health over the time since the last call.
   * @param scheduleLagMs how late planned starts were: 99th percentile of arrivals, of closed loads the worst
   * @param spunMs time that was spent spinning for the next arrival, which looks busy and is not
   */
  readonly health: (scheduleLagMs: number, spunMs: number) => EngineHealth;
  /** Called once a second of run time, at the end of the ramp to a stop, and with the final numbers. */
  readonly onStatus: (status: EngineStatus, stats: RunStats) => void;
  /** Calls back in the next turn of the event loop (the default), or by a timer of virtual time. */
  readonly soon?: (callback: () => void, inMs: number) => void;
  /**
   * Called in each turn of the event loop that is spent spinning: input has just been looked for.
   * @returns whether users were given answers
   */
  readonly onPoll?: () => boolean;
  /** Called when a pause begins and when it ends: while it lasts, no request may be sent. */
  readonly onPause?: (paused: boolean) => void;
}

export interface EngineStart {
  readonly share: Share;
  /** Milliseconds from now at which the run time is `elapsedMs`. */
  readonly inMs: number;
  /** 0 for a new run; the run time at that instant for an engine that joins a running one. */
  readonly elapsedMs: number;
  /** Changes of the load made before this engine came, oldest first. */
  readonly changes: readonly LoadChange[];
  /** What `setup()` returned. */
  readonly data: unknown;
}

export interface EngineAdjustment {
  readonly load?: LoadChange | undefined;
  readonly share?: Share | undefined;
  /** Run time from which it holds, milliseconds. */
  readonly atMs: number;
}
