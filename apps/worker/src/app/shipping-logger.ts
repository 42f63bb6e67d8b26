import type { Clock, Logger } from '@loadstar/shared';

/** A logger whose lines also go to the master's log page; debug lines stay here. Facts stay here too: they may be secret. */
export function shippingLogger(own: Logger, clock: Clock, ship: (line: string) => void): Logger {
  const shipped = (level: string, message: string): void =>
    ship(`${new Date(clock.wallMs()).toISOString()} ${level} ${message}`);
  return {
    debug: (facts, message) => own.debug(facts, message),
    info: (facts, message) => {
      own.info(facts, message);
      shipped('info', message);
    },
    warn: (facts, message) => {
      own.warn(facts, message);
      shipped('warn', message);
    },
    error: (facts, message) => {
      own.error(facts, message);
      shipped('error', message);
    },
  };
}
