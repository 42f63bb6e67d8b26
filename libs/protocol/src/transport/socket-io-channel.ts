import { type Logger, systemClock } from '@loadstar/shared';
import { ChannelBase } from './channel-base.js';

/** The part of a socket that both ends of Socket.IO have in common. */
export interface EitherSocket {
  readonly connected: boolean;
  on(event: 'disconnect', listener: (reason: string) => void): unknown;
  onAny(listener: (event: string, ...values: unknown[]) => void): unknown;
  emit(event: string, ...values: unknown[]): unknown;
}

/** Reasons that Socket.IO gives when the connection ended under it, without a goodbye of the other end. */
const brokenReasons: ReadonlySet<string> = new Set(['transport close', 'transport error']);

/** A connected Socket.IO socket as a channel. Whatever a reader throws stays here: one bad message ends nothing. */
export class SocketIoChannel extends ChannelBase {
  constructor(
    private readonly socket: EitherSocket,
    readonly address: string,
    private readonly hangUp: () => void,
    private readonly logger: Logger,
  ) {
    super(systemClock);
    socket.on('disconnect', (reason) => this.closed(reason, brokenReasons.has(reason)));
    socket.onAny((event, ...values) => this.read(event, values));
  }

  close(): void {
    this.hangUp();
    this.closed('closed here');
  }

  protected emit(name: string, payload: unknown): void {
    // A socket that is not connected would keep the message for later, without a limit.
    if (this.socket.connected) this.socket.emit(name, payload);
  }

  // Not through `socket.timeout()`: its timer would outlive the connection.
  protected emitRequest(name: string, payload: unknown, answered: (answer: unknown) => void): void {
    if (this.socket.connected) this.socket.emit(name, payload, answered);
  }

  // The other end decides what arrives: no value, many values, an acknowledgement or none.
  private read(event: unknown, values: unknown[]): void {
    const last = values.at(-1);
    const acknowledge = typeof last === 'function' ? last : undefined;
    const payloads = acknowledge ? values.slice(0, -1) : values;
    const name = typeof event === 'string' ? event : '';
    let answered = acknowledge === undefined;
    const reply = (answer: unknown): void => {
      if (answered) return;
      answered = true;
      acknowledge?.(answer);
    };
    try {
      this.received(name, payloads.length === 1 ? payloads[0] : undefined, reply);
    } catch (error) {
      this.logger.error({ err: error }, 'reading a message of the control channel failed');
    }
  }
}
