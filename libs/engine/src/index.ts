// What workers and the command line need, and what runs the engine from a bare script.
export { engineEnvironment } from './process/engine-process.js';
export { engineNodeArgs, EnginePool, type EnginePoolOptions, type PoolAdjustment } from './process/engine-pool.js';
export type { PoolSnapshot, StartRequest } from './process/pooled-run.js';
export { Engine } from './run/engine.js';
export type { EngineAdjustment, EngineOptions, EngineStart, EngineStatus } from './run/engine-options.js';
export { HttpEngine, type HttpEngineOptions } from './http/http-engine.js';
export type { ExchangeRecorder } from './record/exchange-recorder.js';
export { RunRecorder } from './record/run-recorder.js';
