/**
 * Every error a user can meet, in one place: its code, what happened, what to do, and how HTTP and the command line
 * tell it. Match on the code, never on the message. `docs/reference/errors.md` lists the same codes; a test compares.
 *
 * `{name}` in a text is filled from the details given where the error is raised.
 */
export interface ErrorEntry {
  /** What happened, one sentence. */
  readonly message: string;
  /** What the reader can do about it, one sentence. */
  readonly hint: string;
  /** HTTP status of the problem document. */
  readonly status: number;
  /** Exit code of a command that ends with this error (0..255, see DESIGN: exit codes). */
  readonly exitCode: number;
  /** Whether the same call may succeed later without a change. */
  readonly retryable: boolean;
}

const entry = (status: number, exitCode: number, message: string, hint: string, retryable = false): ErrorEntry => ({
  status,
  exitCode,
  message,
  hint,
  retryable,
});

/** Exit codes of the command line. */
export const ExitCode = {
  passed: 0,
  usage: 1,
  couldNotRun: 2,
  degraded: 98,
  thresholdFailed: 99,
  stoppedBySignal: 105,
} as const;

const { usage, couldNotRun } = ExitCode;

export const errorTable = {
  // Input
  INVALID_INPUT: entry(400, usage, 'The input is not valid: {detail}.', 'Correct the named field and send it again.'),
  INVALID_CONFIG: entry(
    500,
    usage,
    'The configuration is not valid: {detail}.',
    'Correct the named variable or flag and start again.',
  ),
  INVALID_HOST: entry(
    400,
    usage,
    'The host "{host}" is not a base URL.',
    'Give scheme and host, such as http://localhost:5001.',
  ),
  TARGET_BLOCKED: entry(
    400,
    usage,
    'The target "{host}" is not allowed: {reason}.',
    'Choose another target, or ask who runs this platform to extend LOADSTAR_ALLOWED_TARGETS.',
  ),
  USER_CEILING: entry(
    400,
    usage,
    '{users} users are more than the ceiling of {ceiling}.',
    'Ask for fewer users, or raise LOADSTAR_MAX_USERS (of the master, or for loadstar run).',
  ),
  RATE_CEILING: entry(
    400,
    usage,
    '{rate} arrivals per second are more than the ceiling of {ceiling}.',
    'Ask for a lower rate, or raise LOADSTAR_MAX_RATE (of the master, or for loadstar run).',
  ),
  NOT_FOUND: entry(404, usage, 'There is no {what} "{id}".', 'List what there is and use one of its names.'),
  PAYLOAD_TOO_LARGE: entry(413, usage, 'The request body is larger than {limitBytes} bytes.', 'Send less at once.'),
  METHOD_NOT_ALLOWED: entry(405, usage, '{method} is not possible on {path}.', 'Use one of: {allowed}.'),
  UNSUPPORTED_MEDIA_TYPE: entry(
    415,
    usage,
    'A body of type "{type}" is not understood here.',
    'Send application/json, or application/x-www-form-urlencoded on the Locust-compatible routes.',
  ),
  TOO_MANY_REQUESTS: entry(
    429,
    couldNotRun,
    'Too many requests from this address.',
    'Wait a moment, then try again.',
    true,
  ),
  // Access
  UNAUTHENTICATED: entry(401, usage, 'This call needs a token.', 'Send it as "Authorization: Bearer TOKEN".'),
  FORBIDDEN: entry(
    403,
    usage,
    'The role "{role}" may not do this; it needs "{needed}".',
    'Use a token with the needed role.',
  ),
  CROSS_SITE: entry(
    403,
    usage,
    'A state change from another site ({origin}) was refused.',
    'Call from the console itself, or from a script without an Origin header.',
  ),
  HOST_REFUSED: entry(
    403,
    usage,
    'The host name "{host}" is not one of this master’s own.',
    'Call it as localhost or by its address, or add the name to LOADSTAR_ALLOWED_HOSTS.',
  ),
  // Scenario
  SCENARIO_NOT_FOUND: entry(404, usage, 'There is no scenario "{scenario}".', 'Use one of: {available}.'),
  SCENARIO_COMPILE: entry(400, usage, 'The scenario does not compile: {detail}', 'Correct the named line.'),
  SCENARIO_INVALID: entry(
    400,
    usage,
    'The scenario cannot be run: {detail}',
    'Correct the scenario; scenarios/README.md shows what a file may hold.',
  ),
  SCENARIO_THREW: entry(400, usage, 'The scenario threw while it was loaded: {detail}', 'Correct the named line.'),
  SETUP_FAILED: entry(
    400,
    couldNotRun,
    'The scenario’s setup() failed: {detail}',
    'Correct setup(), or what it needs, and start again.',
  ),
  // Runs and fleet
  NO_WORKERS: entry(
    503,
    couldNotRun,
    'No worker is connected, so nothing can generate load.',
    'Start a worker (npm start does) and try again.',
    true,
  ),
  RUN_ACTIVE: entry(
    409,
    couldNotRun,
    'Run {runId} is still {state}.',
    'Wait until it has ended, or stop it first.',
    true,
  ),
  RUN_NOT_ACTIVE: entry(409, couldNotRun, 'Run {runId} is {state} and cannot be changed.', 'Start a new run.'),
  START_CALLED_OFF: entry(
    409,
    couldNotRun,
    'The start of run {runId} was called off: {reason}.',
    'Nothing was begun; start it again if it is still wanted.',
  ),
  RUN_TAKEN_OVER: entry(
    409,
    couldNotRun,
    'Run {runId} is led by another master now.',
    'Ask the master that leads it; this one has let go of the run.',
    true,
  ),
  PREPARE_FAILED: entry(
    503,
    couldNotRun,
    'Worker {worker} could not prepare the run: {detail}',
    'See the worker’s log; the run was not started anywhere.',
    true,
  ),
  START_BARRIER: entry(
    503,
    couldNotRun,
    'Not every worker was ready within {limitMs} ms.',
    'See the workers’ logs; the run was not started anywhere.',
    true,
  ),
  // Queue
  QUEUE_UNAVAILABLE: entry(
    503,
    couldNotRun,
    'The queue is out of reach, so no run can be queued now.',
    'See whether Redis runs at REDIS_URL; the queue goes on by itself when it is back, and runs that are going are not affected.',
    true,
  ),
  QUEUE_FULL: entry(
    503,
    couldNotRun,
    '{limit} runs wait already, which is as many as the queue takes.',
    'Wait until some have had their turn, or stop some that are not needed.',
    true,
  ),
  // Store
  STORE_UNAVAILABLE: entry(
    503,
    couldNotRun,
    'The store cannot be used now: {detail}.',
    'Runs that are going go on; once the database or its disk is back, start new ones.',
    true,
  ),
  STORE_LOCKED: entry(
    500,
    couldNotRun,
    'Another master uses {file}.',
    'Stop that master, or give this one another LOADSTAR_DATA_DIR (and LOADSTAR_PORT).',
  ),
  NOT_LEADER: entry(
    503,
    couldNotRun,
    'This master does not lead; {leader} does.',
    'Try again in a moment, or use the master that leads; workers with both addresses in LOADSTAR_MASTER_URL find it themselves.',
    true,
  ),
  STORE_NEWER: entry(
    500,
    couldNotRun,
    'The store was written by a newer Loadstar (schema {found}, this one knows {known}).',
    'Install that version again, or give this one another database.',
  ),
  // Control channel
  JOIN_TOKEN_WRONG: entry(
    401,
    couldNotRun,
    'The master refused the join token.',
    'Give worker and master the same LOADSTAR_JOIN_TOKEN.',
  ),
  MASTER_UNREACHABLE: entry(
    503,
    couldNotRun,
    'No master answers at {url} ({detail}).',
    'Start the master, or set LOADSTAR_MASTER_URL to where it listens; the worker keeps trying.',
    true,
  ),
  WORKER_UNREACHABLE: entry(
    503,
    couldNotRun,
    'Worker {worker} does not answer ({detail}).',
    'See the worker’s log and the network between; it is taken back when it answers again.',
    true,
  ),
  WORKER_BUSY: entry(
    409,
    couldNotRun,
    'Worker {worker} cannot do that now: it is {state}.',
    'Wait until its run has ended.',
    true,
  ),
  VERSION_SKEW: entry(
    409,
    couldNotRun,
    'The worker speaks protocol {worker}, the master {master}.',
    'Install the same Loadstar version on both.',
  ),
  MALFORMED_MESSAGE: entry(
    400,
    couldNotRun,
    'The message "{message}" is malformed: {detail}.',
    'Check that both ends run the same Loadstar version.',
  ),
  // A master, from the command line
  NO_MASTER: entry(
    503,
    couldNotRun,
    'No master answers at {url}: {detail}.',
    'Start one (npx loadstar start), or say where it is with --master URL.',
    true,
  ),
  MASTER_REFUSED: entry(
    502,
    couldNotRun,
    'The master at {url} refuses ({status}): {detail}',
    'Give a token with the needed role by --token or LOADSTAR_TOKEN; for any other refusal do what the answer says.',
  ),
  // Engine and host
  ENGINE_DIED: entry(
    500,
    couldNotRun,
    'An engine process ended unexpectedly ({detail}).',
    'See the engine’s last log lines; the users it ran are lost.',
    true,
  ),
  PORT_IN_USE: entry(
    500,
    couldNotRun,
    'Port {port}, wanted by the {app}, is in use.',
    'Stop the program that uses it, or choose another with {flag} or {variable}.',
  ),
  APP_NOT_STARTED: entry(
    500,
    couldNotRun,
    'The {app} did not start: {detail}.',
    'See its log lines above; "loadstar start --verbose" shows more.',
    true,
  ),
  REPORT_NOT_WRITTEN: entry(
    500,
    couldNotRun,
    'The report {file} was not written: {detail}.',
    'Check that the folder exists and has space, then ask for the report again.',
    true,
  ),
  INTERNAL: entry(
    500,
    couldNotRun,
    'Something went wrong inside Loadstar.',
    'See the log for the error with the same id, and report it.',
    true,
  ),
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errorTable;
