// The door of a master that does not lead: tells workers so, and who does, and lets nobody in.
import { type Clock, LoadstarError, type Logger } from '@loadstar/shared';
import type { ControlServer } from '../transport/port.js';
import { JoinGate } from './join-gate.js';

export interface StandbyDoorOptions {
  readonly server: ControlServer;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Strangers are told no more than that theirs is wrong. */
  readonly joinToken: string;
  /** Who leads, in words or as a URL. */
  readonly leader: () => string;
}

export class StandbyDoor {
  constructor(private readonly options: StandbyDoorOptions) {}

  /** Refuses every worker, until a `FleetEndpoint` is opened on the same server. */
  open(): void {
    const { server, clock, logger, joinToken, leader } = this.options;
    const gate = new JoinGate(joinToken, clock, logger, () => 'unknown');
    server.open({
      admit: (auth, address) => {
        gate.admit(auth, address);
        throw new LoadstarError('NOT_LEADER', { leader: leader() });
      },
      connected: (channel) => channel.close(),
    });
  }
}
