/**
 * TCP sockets that serve several connections, one after the other. For who opens a connection for every request, making
 * the socket object (two stream states, listeners, options) is as much work for Node as opening the connection; Node lets
 * a socket connect again once it has emitted "close". Whatever a socket tells goes to its owner of the moment, through
 * functions that all sockets share, so that one socket more is no closure more.
 */
import { type OnReadOpts, Socket, type SocketConstructorOpts } from 'node:net';
import type { DirectWriter } from './direct-write.js';

/** What a connection is told by its socket. */
export interface SocketOwner {
  onConnect(): void;
  /** @returns whether to read on */
  onRead(length: number): boolean;
  onEnd(): void;
  onError(error: NodeJS.ErrnoException): void;
}

type Options = SocketConstructorOpts & { readonly onread: OnReadOpts };

/** Most sockets kept for reuse: about as many as are opened and closed within one turn of the event loop. */
const mostSpare = 512;

export class PooledSocket extends Socket {
  owner: SocketOwner | undefined = undefined;
  /** Whether it may serve again; whoever adds a listener of his own must unset it. */
  reusable = true;

  constructor(
    options: Options,
    private readonly pool: SocketPool,
    private readonly direct: DirectWriter | undefined,
  ) {
    super(options);
    this.setNoDelay();
    this.on('connect', onConnect);
    this.on('end', onEnd);
    this.on('error', onError);
    this.on('close', onClose);
  }

  /** Writes latin1 text; the socket must be connected. */
  send(text: string): void {
    if (this.direct === undefined || !this.direct.write(this, text)) this.write(text, 'latin1');
  }

  /** Goes back to where it came from, if nothing of its last use is left in it. */
  retire(): void {
    this.owner = undefined;
    if (this.reusable && this.writableLength === 0) this.pool.keep(this);
  }
}

export class SocketPool {
  private readonly spare: PooledSocket[] = [];
  private readonly options: Options;

  /**
   * @param buffer what all sockets read into
   * @param direct what they write with; none: as Node's sockets do
   */
  constructor(
    buffer: Buffer,
    private readonly direct?: DirectWriter,
  ) {
    this.options = { onread: { buffer, callback: onRead } };
  }

  /** A socket that is not connected. */
  take(owner: SocketOwner): PooledSocket {
    const socket = this.spare.pop() ?? new PooledSocket(this.options, this, this.direct);
    socket.owner = owner;
    return socket;
  }

  keep(socket: PooledSocket): void {
    if (this.spare.length < mostSpare) this.spare.push(socket);
  }
}

// Node calls both listeners and the read callback with the socket as `this`.

function onRead(this: PooledSocket, length: number): boolean {
  return this.owner?.onRead(length) ?? false;
}

function onConnect(this: PooledSocket): void {
  this.owner?.onConnect();
}

function onEnd(this: PooledSocket): void {
  // Its reading side has been through its end, of which Node does not undo everything.
  this.reusable = false;
  this.owner?.onEnd();
}

function onError(this: PooledSocket, error: NodeJS.ErrnoException): void {
  // What failed once is not trusted with another connection.
  this.reusable = false;
  this.owner?.onError(error);
}

function onClose(this: PooledSocket): void {
  this.retire();
}
