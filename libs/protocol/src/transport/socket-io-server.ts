import type { IncomingMessage } from 'node:http';
import { LoadstarError, type Logger, silentLogger, toWireError } from '@loadstar/shared';
import type { Namespace, Server, Socket } from 'socket.io';
import { controlNamespace } from './control-options.js';
import type { ControlGate, ControlServer } from './port.js';
import { type EitherSocket, SocketIoChannel } from './socket-io-channel.js';

/**
 * The master's end over Socket.IO, on one namespace of a server that may carry others. The server must have been made
 * with `controlServerOptions`; closing this leaves it open.
 */
export class SocketIoControlServer implements ControlServer {
  private readonly namespace: Namespace;
  private gate: ControlGate<unknown> | undefined;
  private readonly admitted = new WeakMap<
    Socket,
    { readonly gate: ControlGate<unknown>; readonly handshake: unknown }
  >();
  private isClosed = false;

  /** @param addressOf whom a connection is from, where that is not its far end */
  constructor(
    server: Server,
    private readonly logger: Logger = silentLogger,
    private readonly addressOf: (request: IncomingMessage) => string = ({ socket }) => socket.remoteAddress ?? '',
  ) {
    this.namespace = server.of(controlNamespace);
  }

  open<H>(gate: ControlGate<H>): void {
    const isFirst = this.gate === undefined;
    this.gate = gate as ControlGate<unknown>;
    if (isFirst) this.listen();
  }

  private listen(): void {
    // A middleware, because a connection handler would already let messages in.
    this.namespace.use((socket, next) => {
      try {
        const { gate } = this;
        // The server may outlive the fleet, while the master lets go of the rest: workers are to ask again, or elsewhere.
        if (this.isClosed || !gate) throw new LoadstarError('NOT_LEADER', { leader: 'nobody yet' });
        const handshake = gate.admit(socket.handshake.auth, this.addressOf(socket.request));
        this.admitted.set(socket, { gate, handshake });
        next();
      } catch (error) {
        const refusal: Error & { data?: unknown } = new Error('refused');
        refusal.data = toWireError(error);
        next(refusal);
      }
    });
    this.namespace.on('connection', (socket) => {
      const entry = this.admitted.get(socket);
      if (!entry || this.isClosed) {
        socket.disconnect(true);
        return;
      }
      const hangUp = (): void => void socket.disconnect(true);
      const address = this.addressOf(socket.request);
      const channel = new SocketIoChannel(socket as EitherSocket, address, hangUp, this.logger);
      entry.gate.connected(channel, entry.handshake);
    });
  }

  close(): Promise<void> {
    this.isClosed = true;
    this.namespace.disconnectSockets(true);
    return Promise.resolve();
  }
}
