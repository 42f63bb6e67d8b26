export { type Outcome, outcomeIndex, outcomes } from './outcome.js';
export { maxValueUs } from './histogram/buckets.js';
export { Histogram } from './histogram/histogram.js';
export { Times } from './histogram/times.js';
export { Series, type SeriesKey } from './run-stats/series.js';
export {
  type CheckGroup,
  type ErrorGroup,
  type ExceptionGroup,
  otherChecks,
  otherErrors,
  otherExceptions,
  pathMark,
  type TaskGroup,
} from './run-stats/groups.js';
export { type ConnectionCounts, type IterationCounts, otherNames, RunStats } from './run-stats/run-stats.js';
export { type EngineHealth, mergeHealth, type Phase, phases, type SnapshotHeader } from './snapshot/header.js';
export {
  decodeSnapshot,
  encodeSnapshot,
  openSnapshot,
  type OpenSnapshot,
  sealStats,
  type Snapshot,
} from './snapshot/codec.js';
export type { StatsBytes } from './snapshot/stats-bytes.js';
export { type Acceptance, type DiscardReason, Ledger } from './ledger/ledger.js';
export { latencyBoundsMs } from './time-series/latency-buckets.js';
export { mostHidden, Pulse } from './ledger/pulse.js';
export { type RecentRates, type SeriesStretch, TimeSeries } from './time-series/time-series.js';
export type { CapacityView, SeriesPoint } from '@loadstar/shared';
export { baselineOf, evaluateThreshold, evaluateThresholds } from './thresholds/evaluate.js';
export { type MonitorOptions, ThresholdMonitor } from './thresholds/monitor.js';
export { parseThreshold, parseThresholds } from './thresholds/parse.js';
export type {
  BaselineValue,
  TaggedScenario,
  Threshold,
  ThresholdResult,
  ThresholdState,
} from './thresholds/threshold.js';
export {
  type GeneratorSummary,
  type PercentileKey,
  percentileKey,
  type RunSummary,
  type SummaryMeta,
  summaryPercentiles,
  type SummaryRow,
  type TimeSummary,
} from './summary/run-summary.js';
export { aggregatedName, checkRows, exceptionRows, failureRows, statsRows, taskRows } from './summary/rows.js';
export { type SummariseOptions, summarise } from './summary/summarise.js';
export {
  type GeneratorLimits,
  generatorLimits,
  type GeneratorRecord,
  GeneratorWatch,
  strainWords,
} from './verdict/generator-watch.js';
export { type JudgeMemory, type JudgeOptions, RunJudge } from './verdict/run-judge.js';
export { exhaustion } from './verdict/exhaustion.js';
export { type Judgement, judgeRun, type RunFacts } from './verdict/verdict.js';
export { type Cell } from './slices/cell.js';
export { type SlicedName, type SlicedRun, type SliceLimits, SliceStore } from './slices/slice-store.js';
export { Distribution } from './slices/distribution.js';
export { allNames, cutSlices, sliceCount, wholeSlices } from './slices/sliced-run.js';
export { restoreSlices, type StoredName, type StoredSlices, storeSlices } from './slices/slices-codec.js';
export { coarseLayout } from './slices/coarse.js';
export { type PercentileInterval, percentileInterval } from './inference/percentile-interval.js';
export { apdexOf, defaultApdexMs } from './steady/apdex.js';
export {
  findSteadyState,
  steadyPart,
  type SteadyPercentile,
  type SteadyRow,
  type SteadyState,
  type SteadySummary,
  summariseSteady,
} from './steady/steady-state.js';
export { type CompareOptions, compareRuns, defaultMinEffect } from './comparison/compare-runs.js';
export type { ComparedRun } from './comparison/prepare.js';
export type { Comparison, ComparisonRow, ComparisonVerdict, Effect, Trend } from './comparison/comparison.js';
export { effectWords } from './comparison/words.js';
export { restoreStats, storeStats } from './snapshot/stored-stats.js';
export {
  type CapacityOptions,
  type CapacityResult,
  CapacitySearch,
  type CapacityStep,
  type StepRecord,
  type StepReport,
} from './capacity/capacity-search.js';
export { type CapacityMemory, type CapacityMove, CapacityRun } from './capacity/capacity-run.js';
export { fitUsl, type UslFit, type UslPoint } from './capacity/universal-scalability.js';
export { trendOf } from './comparison/trend.js';
