export { type Clock, sleep, type TimerHandle } from './clock/clock.js';
export { systemClock } from './clock/system-clock.js';
export { VirtualClock } from './clock/virtual-clock.js';
export * from './errors/index.js';
export {
  type AccessRole,
  type AccessToken,
  accessTokensForm,
  minTokenLength,
  parseAccessTokens,
} from './config/access-tokens.js';
export { keepJoinToken } from './config/join-token.js';
export { environment, readConfig, setting } from './config/read-config.js';
export { SeededRandom } from './random/seeded-random.js';
export { newId } from './ids.js';
export { createLogger, type Logger, type LogLevel, silentLogger } from './logger.js';
export { formatRunTime, parseRunTime } from './run-time.js';
export { loadstarVersion } from './version.js';
export * from './plan/plan.js';
export * from './plan/parameters.js';
export type * from './plan/scenario-description.js';
export type * from './plan/scenario-load.js';
export { readScenarios, type ScenariosReading } from './plan/read-scenarios.js';
export { readSeconds, sayDuration } from './plan/seconds.js';
export { chooseStopTimeoutMs } from './plan/stop-timeout.js';
export { chooseLoad, type PlainLoad } from './plan/choose-load.js';
export { checkHost } from './plan/target-host.js';
export { checkCeiling } from './plan/user-ceiling.js';
export { scenarioExecutors } from './plan/executors/index.js';
export {
  capacitySearchOf,
  describeScenarioLoad,
  type ExecTarget,
  execProblems,
  latestEndSeconds,
  mostUsersOf,
  peakRateOf,
  peakUsersOf,
  plannedArrivals,
  resolveExec,
  scenarioEndSeconds,
} from './plan/scenario-facts.js';
export { checkRate } from './plan/rate-ceiling.js';
export { LevelTrack } from './load/level-track.js';
export { RateTrack, rampingRate } from './load/rate-track.js';
export { usersOnRamp } from './load/vu-ramp.js';
export { plannedLoad, type PlannedLine, type PlannedLoad } from './load/planned-load.js';
export type * from './api/comparison-view.js';
export type * from './api/run-view.js';
export type * from './api/verdict-view.js';
export {
  type AppMessage,
  type AppProcessOptions,
  explainListenError,
  runAppProcess,
  type RunningApp,
} from './process/app-process.js';
export { TargetGuard } from './target/target-guard.js';
export { keepWatchingMs, type LoopDelays, LoopWatch, loopWatchMs } from './process/loop-watch.js';
export { ownWatchMs, watchLoopWhenRead } from './process/loop-metrics.js';
export { type MetricEntry, type MetricName, metricTable, type MetricType } from './metric-names.js';
export type * from './telemetry.js';
