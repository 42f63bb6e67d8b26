/** Lets Nest's own messages come out of our logger, in our form. */
import type { LoggerService } from '@nestjs/common';
import type { Logger } from '@loadstar/shared';

export class NestLogger implements LoggerService {
  constructor(private readonly logger: Logger) {}

  /** Nest is chatty about routes and modules; that is for debugging. */
  log(message: unknown, ...rest: unknown[]): void {
    this.logger.debug(facts(rest), String(message));
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.logger.debug(facts(rest), String(message));
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.logger.debug(facts(rest), String(message));
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.logger.warn(facts(rest), String(message));
  }

  error(message: unknown, ...rest: unknown[]): void {
    // A taken port is explained, with the way out, by whoever wanted to listen.
    if (String(message).includes('EADDRINUSE')) return this.debug(message, ...rest);
    const err = message instanceof Error ? { err: message } : {};
    this.logger.error({ ...err, ...facts(rest) }, String(message));
  }
}

/** The last extra is the name of what speaks; a stack may come before it. */
function facts(rest: readonly unknown[]): { context?: string; stack?: string } {
  const texts = rest.filter((item) => typeof item === 'string');
  const context = texts.at(-1);
  const stack = texts.length > 1 ? texts[0] : undefined;
  return { ...(context === undefined ? {} : { context }), ...(stack === undefined ? {} : { stack }) };
}
