import { type LoadPlan, readScenarios } from '@loadstar/shared';

export interface OpenLoad {
  /** Arrivals a second. */
  readonly rate: number;
  readonly seconds: number;
  /** Users there from the start, and most of them. */
  readonly users: number;
  readonly timing: 'precise' | 'economy';
  readonly whenBusy?: 'drop' | 'wait';
}

/** Arrivals at an even rate. */
export function openLoad({ rate, seconds, users, timing, whenBusy = 'drop' }: OpenLoad): LoadPlan {
  const written = {
    open: { executor: 'constant-arrival-rate', rate, duration: seconds, preAllocatedVUs: users, timing, whenBusy },
  };
  return { kind: 'scenarios', scenarios: readScenarios(written).scenarios, runTimeMs: undefined };
}
