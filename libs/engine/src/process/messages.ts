/** What passes between a pool and its engine processes. Both run the same build, so shapes are types, not schemas. */
import type { RunPlan, ScenarioDescription, TracedBatch, WireError } from '@loadstar/shared';
import type { EngineAdjustment, EngineStart } from '../run/engine-options.js';

/** Loads a bundle; with a plan also checks that the plan fits and readies the run. */
export interface LoadCommand {
  readonly kind: 'load';
  readonly code: string;
  readonly plan: RunPlan | undefined;
  /** Name of this engine on requests that are to be identified. */
  readonly engine: string;
}

export interface Loaded {
  readonly description: ScenarioDescription;
  readonly hasSetup: boolean;
  readonly hasTeardown: boolean;
}

/** Commands that are answered. */
export type Question = LoadCommand | { readonly kind: 'setup' } | { readonly kind: 'teardown'; readonly data: unknown };

/** Commands that are not answered: what comes of them shows in snapshots. */
export type Order =
  | { readonly kind: 'start'; readonly start: EngineStart }
  | { readonly kind: 'adjust'; readonly adjustment: EngineAdjustment }
  /** Iterations may begin until this time of the machine's clock (`machine-clock.ts`), milliseconds. */
  | { readonly kind: 'lease'; readonly untilMachineMs: number }
  | { readonly kind: 'stop'; readonly graceMs: number; readonly reason: string };

export type Command = (Question & { readonly id: number }) | Order;

export type Event =
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'problem'; readonly id: number; readonly problem: WireError }
  /** An encoded snapshot of the engine's cumulative numbers. */
  | { readonly kind: 'snapshot'; readonly bytes: Uint8Array }
  /** Requests that the system under test was asked to record. */
  | { readonly kind: 'traced'; readonly batch: TracedBatch }
  /** An order could not be carried out. */
  | { readonly kind: 'failed'; readonly problem: WireError }
  | {
      readonly kind: 'log';
      readonly level: 'debug' | 'info' | 'warn' | 'error';
      readonly facts: object;
      readonly message: string;
    };
