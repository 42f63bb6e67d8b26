import { pino } from 'pino';
import { LogOutput } from './log-output.js';

/** The logger port: structured facts first, then a sentence. Apps and libraries log through it, never to the console. */
export interface Logger {
  debug(facts: object, message: string): void;
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** Names of fields whose values never reach a log. */
const secretFields = ['authorization', 'cookie', 'set-cookie', 'token', 'password', 'joinToken'];

/**
 * A logger that writes JSON lines, or readable coloured lines when `pretty` is set.
 * @param app name of the process, a field of every line
 */
export function createLogger(app: string, level: LogLevel, pretty = false): Logger {
  const options = {
    base: { app },
    level,
    redact: { paths: secretFields.flatMap((name) => [`["${name}"]`, `*["${name}"]`]), censor: '[redacted]' },
  };
  if (!pretty) return pino(options, standardOutput());
  return pino({
    ...options,
    transport: {
      target: 'pino-pretty',
      options: { translateTime: 'SYS:HH:MM:ss.l', ignore: 'pid,hostname,app', messageFormat: `${app}: {msg}` },
    },
  });
}

let output: LogOutput | undefined;

/** One for all loggers of the process, so that their lines keep their order. */
function standardOutput(): LogOutput {
  if (output) return output;
  const opened = (output = new LogOutput(process.stdout.fd));
  process.on('exit', () => opened.flush());
  return opened;
}

/** A logger that says nothing, for tests and for library use. */
export const silentLogger: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
