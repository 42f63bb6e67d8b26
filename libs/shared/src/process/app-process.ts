import type { Clock } from '../clock/clock.js';
import { LoadstarError, toWireError, type WireError } from '../errors/index.js';
import type { Logger } from '../logger.js';

/**
 * The life of an app's process, the same for master, worker and target: say when ready, say clearly why not, drain on
 * the first signal, leave at once on the second, and never outlive a supervisor that died.
 */
export interface RunningApp {
  /** Where the app listens, for people and for the supervisor. */
  readonly url: string;
  /** Ends the app's work and resolves when nothing is left to do. Called once. */
  close(): Promise<void>;
}

/** What an app tells the supervisor that forked it. */
export type AppMessage = { kind: 'ready'; url: string } | { kind: 'failed'; error: WireError };

export interface AppProcessOptions {
  /** Name of the app in logs and errors. */
  readonly app: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Milliseconds that `close` may take before the process leaves all the same. */
  readonly drainMs: number;
  start(): Promise<RunningApp>;
}

const exitFailed = 2;

/** Runs the app until a signal, a dead supervisor or a failed start ends the process. */
export async function runAppProcess(options: AppProcessOptions): Promise<void> {
  const { app, clock, logger } = options;
  process.on('unhandledRejection', (reason) => {
    logger.error({ err: reason }, `${app}: a promise was rejected and nobody looked; this is a bug`);
  });
  let running: RunningApp;
  try {
    running = await options.start();
  } catch (error) {
    const known = error instanceof LoadstarError ? error : undefined;
    logger.error(
      known ? { code: known.code } : { err: error },
      known ? `${known.message} ${known.hint}` : `${app} could not start`,
    );
    tellSupervisor({ kind: 'failed', error: toWireError(error) }, () => process.exit(exitFailed));
    return;
  }
  let closing = false;
  const leave = (why: string): void => {
    if (closing) process.exit(exitFailed);
    closing = true;
    logger.info({ why, drainMs: options.drainMs }, `${app} is shutting down`);
    clock
      .setTimeout(() => {
        logger.warn({ drainMs: options.drainMs }, `${app} did not finish within the drain limit and leaves now`);
        process.exit(exitFailed);
      }, options.drainMs)
      .unref();
    running.close().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error({ err: error }, `${app} failed while shutting down`);
        process.exit(exitFailed);
      },
    );
  };
  process.on('SIGTERM', () => leave('SIGTERM'));
  process.on('SIGINT', () => leave('SIGINT'));
  if (process.send) {
    process.on('disconnect', () => leave('the supervisor is gone'));
    // It may have died while this app was starting, when nobody listened.
    if (!process.connected) return leave('the supervisor is gone');
  }
  tellSupervisor({ kind: 'ready', url: running.url });
}

/** Turns a failed listen on a taken port into the error that names the way out; other errors pass as they are. */
export function explainListenError(
  error: unknown,
  details: { app: string; port: number; flag: string; variable: string },
): unknown {
  // Not `instanceof Error`: Node's own errors come from another realm when the caller runs in a sandbox, as jest's tests do.
  const taken = typeof error === 'object' && error !== null && 'code' in error && error.code === 'EADDRINUSE';
  return taken ? new LoadstarError('PORT_IN_USE', details, [], { cause: error }) : error;
}

function tellSupervisor(message: AppMessage, sent: () => void = () => {}): void {
  if (process.send) process.send(message, undefined, undefined, sent);
  else sent();
}
