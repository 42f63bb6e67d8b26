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
} from './run-stats/groups.js';
export { type ConnectionCounts, type IterationCounts, otherNames, RunStats } from './run-stats/run-stats.js';
export { type EngineHealth, mergeHealth, type Phase, phases, type SnapshotHeader } from './snapshot/header.js';
export { decodeSnapshot, encodeSnapshot } from './snapshot/codec.js';
export { type Acceptance, type DiscardReason, Ledger, type Snapshot } from './ledger/ledger.js';
export { type RecentRates, TimeSeries } from './time-series/time-series.js';
export type { SeriesPoint } from '@loadstar/shared';
export { baselineOf, evaluateThreshold, evaluateThresholds } from './thresholds/evaluate.js';
export { type MonitorOptions, ThresholdMonitor } from './thresholds/monitor.js';
export { parseThreshold, parseThresholds } from './thresholds/parse.js';
export type { BaselineValue, Threshold, ThresholdResult, ThresholdState } from './thresholds/threshold.js';
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
export { aggregatedName, checkRows, exceptionRows, failureRows, statsRows } from './summary/rows.js';
export { type SummariseOptions, summarise } from './summary/summarise.js';
export {
  type GeneratorLimits,
  generatorLimits,
  type GeneratorRecord,
  GeneratorWatch,
  strainWords,
} from './verdict/generator-watch.js';
export { type Judgement, judgeRun, type RunFacts } from './verdict/verdict.js';
