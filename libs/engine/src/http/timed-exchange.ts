/** An exchange that knows its phases, for classes that ask for them; see `TimedConnection`. */
import type { ResponsePhases } from '@loadstar/scenario';
import type { Connection } from '../hot/connection.js';
import { TimedConnection } from '../hot/timed-connection.js';
import { HttpExchange } from './http-exchange.js';

export class TimedExchange extends HttpExchange {
  private measured: ResponsePhases | undefined = undefined;

  override get phases(): ResponsePhases | undefined {
    return this.measured;
  }

  override responded(connection: Connection, nowMs: number): void {
    if (connection instanceof TimedConnection) {
      const last = connection.takePhases(nowMs);
      const before = this.measured;
      // Redirects add up, as they do in `serviceMs`.
      this.measured = before === undefined ? last : sum(before, last);
    }
    super.responded(connection, nowMs);
  }
}

function sum(a: ResponsePhases, b: ResponsePhases): ResponsePhases {
  return {
    dnsMs: a.dnsMs + b.dnsMs,
    connectMs: a.connectMs + b.connectMs,
    tlsMs: a.tlsMs + b.tlsMs,
    sendMs: a.sendMs + b.sendMs,
    waitMs: a.waitMs + b.waitMs,
    receiveMs: a.receiveMs + b.receiveMs,
  };
}
