// What a scenario file imports as `loadstar`. Every value exported here is offered to bundles by name.
export { HttpUser } from './user/http-user.js';
export { type MeasureOptions, ProtocolUser } from './user/protocol-user.js';
export type { ExchangeEnd, ExchangeOutcome, Measured, OpenExchange } from './user/exchange.js';
export { User, type UserClass } from './user/user.js';
export type { UserContext } from './user/user-context.js';
export { InterruptTaskSet, RescheduleTask, RescheduleTaskImmediately, StopUser } from './user/signals.js';
export { SequentialTaskSet, TaskSet, type TaskSetClass } from './tasks/task-set.js';
export type { TaskList, TaskReference } from './tasks/task-list.js';
export type { TaskDecorator } from './tasks/decorator.js';
export { task } from './tasks/task.js';
export { tag } from './tasks/tag.js';
export { between, constant, constantPacing, constantThroughput, type WaitTime } from './wait/wait-time.js';
export { randomChoice, randomInt, randomString } from './random/random.js';
export { sleep } from './runtime/runtime.js';
export { LoadTestShape, type ShapeTick } from './shape/load-test-shape.js';
export type { Checks } from './checks/checks.js';
export type { HttpClient } from './http/http-client.js';
export type { HttpSettings, TlsSettings } from './http/http-settings.js';
export type { HttpHeaders, HttpResponse, LooseJson, ResponsePhases } from './http/http-response.js';
export type {
  BasicAuth,
  BearerAuth,
  BodyOptions,
  ExpectedStatus,
  MultipartFile,
  MultipartValue,
  QueryValue,
  RequestOptions,
} from './http/request-options.js';
export { defineParameters, type Parameter, type Parameters, type ParameterValues } from './options/parameters.js';
export type { Options, ThresholdRule } from './options/options.js';
export type * from './options/executors.js';
export type { SetupContext } from './read/definition.js';
