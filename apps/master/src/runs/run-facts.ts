/** What the verdict of a run has to know, gathered from its record and its numbers; `judgeRun` makes a verdict of it. */
import {
  capacitySearchOf,
  formatRunTime,
  type LoadChange,
  type LoadPlan,
  plannedArrivals,
  type RunPlan,
  type ScenariosLoad,
  type ScenarioDescription,
} from '@loadstar/shared';
import {
  baselineOf,
  exhaustion,
  RunJudge,
  type RunFacts,
  type RunSummary,
  type ThresholdResult,
} from '@loadstar/stats';
import type { RunDetails } from '@loadstar/report';
import type { RunNumbers } from '../ingest/run-numbers.js';
import type { RunRecord } from './run-record.js';

/** The run that another one is compared with, and that its thresholds may be relative to. */
export interface RunBaseline {
  readonly label: string;
  readonly summary: RunSummary;
  readonly details: RunDetails;
}

/** Executors whose changes while they run are their plan. */
const changing = new Set(['externally-controlled', 'find-capacity']);

/** @throws LoadstarError SCENARIO_INVALID for a threshold that cannot be read */
export function judgeFor(
  { thresholds }: Pick<ScenarioDescription, 'thresholds'>,
  { load }: Pick<RunPlan, 'load'>,
  baseline: RunBaseline | undefined,
): RunJudge {
  const stats = baseline?.details.stats;
  return new RunJudge(thresholds, {
    scenarios: load.kind === 'scenarios' ? load.scenarios : [],
    capacity: capacitySearchOf(load),
    baseline: stats && baselineOf(stats, baseline.summary.meta.elapsedSeconds),
  });
}

export interface RunEnd {
  readonly thresholds: readonly ThresholdResult[];
  /** Run time that was counted, seconds. */
  readonly elapsedSeconds: number;
  /** What went wrong with workers or hooks, in words. */
  readonly incidents: readonly string[];
  readonly unreportedAtMost: number;
  /** Whether the run ended because nobody was left to generate load. */
  readonly nobodyLeft: boolean;
}

export function runFacts({ plan, changes }: RunRecord, numbers: RunNumbers, end: RunEnd): RunFacts {
  const { stats, judge, ledger } = numbers;
  let requests = 0;
  for (const series of stats.allSeries()) requests += series.requests;
  const { load } = plan;
  return {
    thresholds: end.thresholds,
    requests,
    exception: [...stats.exceptions][0]?.message,
    unreportedAtMost: end.unreportedAtMost,
    edits: editsOf(load, changes),
    incidents: [...end.incidents, ...exhaustion(stats)],
    generators: judge.generators(),
    capacity: judge.capacity?.view(),
    arrivals:
      load.kind === 'scenarios'
        ? {
            planned: plannedSince(load.scenarios, changes, ledger.countedFromMs / 1_000, end),
            dropped: stats.droppedArrivals,
          }
        : undefined,
    nobodyLeft: end.nobodyLeft,
  };
}

/** Arrivals that were due since counting began. */
function plannedSince(
  scenarios: ScenariosLoad['scenarios'],
  changes: readonly LoadChange[],
  fromSecond: number,
  { elapsedSeconds }: Pick<RunEnd, 'elapsedSeconds'>,
): number {
  return (
    plannedArrivals(scenarios, fromSecond + elapsedSeconds, changes) - plannedArrivals(scenarios, fromSecond, changes)
  );
}

/** Changes by hand, in words; of scenarios that are there to be changed, none. */
function editsOf(load: LoadPlan, changes: readonly LoadChange[]): string[] {
  const planned = load.kind === 'scenarios' ? load.scenarios.filter(({ executor }) => changing.has(executor)) : [];
  return changes
    .filter(({ scenarios, ...change }) => {
      const ofScenarios = scenarios?.every(({ name }) => planned.some((each) => each.name === name));
      return ofScenarios !== true || change.userClasses !== undefined || change.classWeights !== undefined;
    })
    .filter(({ paused }) => paused !== false)
    .map(({ atMs, paused }) => {
      const what = paused ? 'the run was paused' : 'the load was changed by hand';
      return `${what} after ${formatRunTime(atMs / 1_000)}`;
    });
}
