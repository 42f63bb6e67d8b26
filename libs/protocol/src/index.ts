/**
 * The control channel between master and workers, written once for both ends.
 *
 * ## The master's side
 * ```ts
 * const io = new Server(httpServer, controlServerOptions);          // or Nest's own, made with these options
 * const fleet = new FleetEndpoint({ server: new SocketIoControlServer(io), clock, logger, joinToken });
 * fleet.open({                                                       // a FleetListener
 *   joined(link, held, again) {},                                    // held = the run it says it is in
 *   leaseChanged(link, state, before) {},                            // live | suspect (3 s) | lost (10 s) | left
 *   stateReported(link, { state, runId, reason, problem }) {},       // idle preparing prepared running stopping draining
 *   async snapshotReceived(link, { header, stats, bytes }) {},  // resolve = in the ledger = acknowledged
 *   logsReceived(link, lines) {},
 *   examplesReceived(link, { runId, examples }) {},                  // requests with a trace, for histograms
 * });
 * const description = await link.prepare(plan, { hash, code });      // ships the bundle when the worker lacks it
 * const data = await link.setup(runId);                              // on one worker
 * const startAtMasterMs = clock.nowMs() + 500;                       // the same instant for all
 * await link.start({ runId, share: { index, of }, startAtMasterMs, elapsedMs: 0, data });
 * await link.adjust({ runId, atMs: elapsedMs + 500, load });         // or share, or both
 * await link.stop(runId, plan.stopTimeoutMs, 'asked for');           // then: a final snapshot, then state idle
 * await link.teardown(runId);                                        // after its end, on the worker that ran setup
 * ```
 * - `link.id` is `NAME_INCARNATION`; `link.isUsable` says whether it can be given work; `link.view()` is its WorkerView.
 * - A link outlives its connections: after a cut `joined(link, held, true)` comes with the same object.
 * - Any command rejects with a LoadstarError: the worker's own, or WORKER_UNREACHABLE. All may be repeated.
 * - A worker that gives up its whole share is stopped, not adjusted.
 * - When the load ends by itself (run time over, shape ended), snapshots with `final` come without a `stop`.
 */
export { protocolVersion } from './version.js';
export { messageLimits } from './messages/limits.js';
export { type Hello, type HeldRun, type WorkState, workerIdOf } from './messages/join.js';
export type { BeatHealth } from './messages/liveness.js';
export type { StateReport, TraceExamples } from './messages/reports.js';
export { type ControlTimings, defaultTimings } from './session/timings.js';
export type { LeaseState } from './session/peer-lease.js';
export type { ControlChannel, ControlClient, ControlGate, ControlServer } from './transport/port.js';
export { controlNamespace, controlServerOptions, workersQuery } from './transport/control-options.js';
export { StandbyDoor } from './fleet/standby-door.js';
export { FleetEndpoint, type FleetEndpointOptions } from './fleet/fleet-endpoint.js';
export type { FleetListener, ReceivedSnapshot } from './fleet/fleet-listener.js';
export { type AdjustRequest, type Bundle, type StartRequest, WorkerLink } from './fleet/worker-link.js';
export { Turnstile } from './transport/turnstile.js';
export { SocketIoControlServer } from './transport/socket-io-server.js';
export { SocketIoControlClient } from './transport/socket-io-client.js';
export { type MemoryClient, MemoryNetwork, type WireBehaviour } from './transport/memory-network.js';
export { WorkerAgent, type WorkerAgentOptions } from './agent/worker-agent.js';
export type { KeptNumbers, NumbersKeep } from './agent/numbers-keep.js';
export type { LoadRunner, RunnerEvents, RunnerSnapshot, RunnerStart } from './agent/load-runner.js';
export { ClockSync } from './session/clock-sync.js';
