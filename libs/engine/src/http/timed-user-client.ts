/** The client of a user whose class asks for the phases of its requests. */
import type { BodyOptions, HttpResponse } from '@loadstar/scenario';
import { TimedConnection } from '../hot/timed-connection.js';
import { HttpUserClient } from './http-user-client.js';
import type { Origin } from './origin.js';
import type { Prepared } from './site.js';
import { TimedExchange } from './timed-exchange.js';

export class TimedUserClient extends HttpUserClient {
  protected override newExchange(
    prepared: Prepared,
    method: string,
    options: BodyOptions,
    resolve: (response: HttpResponse) => void,
  ): TimedExchange {
    return new TimedExchange(this, prepared, method, options, this.intendedStartMs, resolve);
  }

  protected override newConnection(origin: Origin): TimedConnection {
    return new TimedConnection(this.hub.reactor, origin, origin.resumes);
  }
}
