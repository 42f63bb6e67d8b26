/**
 * One HTTP/1.1 connection with at most one exchange in flight. All connections of a process share one read buffer and
 * one sweep for deadlines; a connection itself owns a socket, a parser and flat fields, nothing else.
 */
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import type { Outcome } from '@loadstar/stats';
import { PooledSocket, type SocketOwner } from './pooled-socket.js';
import { preciseNow } from './precise-now.js';
import type { Reactor } from './reactor.js';
import type { ResponseMemo } from './response-memo.js';
import { BROKEN, COMPLETE, NEEDS_MORE, type ResponseParser } from './response-parser.js';
import { openTunnel } from './tunnel.js';

/** A request under way, as far as the connection must know it. */
export interface Exchange {
  /** Head (and body, where it is latin1 text) as they go over the wire; empty when `requestBytes` is all of it. */
  readonly requestText: string;
  /** Octets sent behind `requestText`: a body that is not latin1 text, or a whole request that never changes. */
  readonly requestBytes: Uint8Array | undefined;
  /** The response will have no body although its head may announce one: the request is a HEAD. */
  readonly bodiless: boolean;
  readonly keepBody: boolean;
  /** Of the responses to the same request, if such are expected again. */
  readonly memo: ResponseMemo | undefined;
  /** Monotonic milliseconds; the exchange fails when the next sweep after it finds no complete response. */
  readonly deadlineMs: number;
  /** The connection opened for this exchange is usable after `setupUs` microseconds (name lookup, TCP, TLS). */
  connected(setupUs: number): void;
  /** Called right before the request is handed to the kernel. */
  sentAt(nowMs: number): void;
  /** The response is complete and stands in `connection.parser` during this call. */
  responded(connection: Connection, nowMs: number): void;
  /** The exchange ended without a complete response, or before it was sent (`unsent`); the connection is closed. */
  failed(connection: Connection, outcome: Outcome, error: string, nowMs: number, unsent: boolean): void;
}

/** Where to connect; addresses are resolved and allowed already. */
export interface DialTarget {
  readonly address: string;
  readonly port: number;
  /** TLS settings with the server's name; undefined for plain TCP. */
  readonly tls: ConnectionOptions | undefined;
  /** The address is a proxy's: what asks it for a tunnel, before TLS begins. */
  readonly tunnel?: string | undefined;
}

const CONNECTING = 0;
const IDLE = 1;
const QUEUED = 2;
const BUSY = 3;
const CLOSED = 4;

export class Connection implements SocketOwner {
  /** Reads the response to the exchange in flight; in between connections have none of their own, since most wait. */
  parser: ResponseParser;
  /** Position in the reactor's list; only the reactor changes it. */
  slot = -1;
  /** Next connection of the same owner. */
  sibling: Connection | undefined = undefined;
  /** Whether a response was received on it before the exchange in flight. */
  reused = false;
  /** Whether any octet of the response to the exchange in flight has arrived. */
  answered = false;
  /** The address dialled. */
  address = '';
  /** What a TLS handshake can be shortened with: of the connection before, then of this one. */
  session: Buffer | undefined = undefined;
  protected socket: Socket | undefined = undefined;
  private exchange: Exchange | undefined = undefined;
  private state = CONNECTING;
  private wasOpen = false;
  private severed = false;
  protected dialledMs = 0;
  private idleUntilMs = Infinity;

  /**
   * @param origin what the owner finds the connection by
   * @param resumes whether to keep the TLS session for the next connection
   */
  constructor(
    private readonly reactor: Reactor,
    readonly origin: object,
    private readonly resumes = false,
  ) {
    this.parser = reactor.noParser;
    reactor.add(this);
  }

  /** Makes a closed connection that is `renewable` one that has not been opened yet. */
  renew(): void {
    this.state = CONNECTING;
    this.reused = false;
    this.answered = false;
    this.wasOpen = false;
    this.severed = false;
    this.idleUntilMs = Infinity;
    this.reactor.add(this);
  }

  /**
   * Whether nothing of its last life can still reach it: it was open, so nobody is about to dial it, and its socket knows
   * it no more.
   */
  get renewable(): boolean {
    return this.state === CLOSED && this.severed;
  }

  /** Whether a request could be sent on it. */
  get established(): boolean {
    return this.wasOpen;
  }

  get closed(): boolean {
    return this.state === CLOSED;
  }

  /** Whether it can take an exchange; one that the server is about to close cannot. */
  isFree(): boolean {
    if (this.state !== IDLE) return false;
    if (this.idleUntilMs === Infinity || preciseNow() < this.idleUntilMs) return true;
    this.close();
    return false;
  }

  /** Reserves the connection for its first exchange, which is sent as soon as `dial` has succeeded. */
  await(exchange: Exchange): void {
    this.exchange = exchange;
    this.dialledMs = preciseNow();
  }

  /** Opens the socket. Without effect when the exchange has timed out while the name was being resolved. */
  dial(target: DialTarget): void {
    if (this.state === CLOSED) return;
    this.address = target.address;
    const { address, port, tls, tunnel } = target;
    if (tunnel !== undefined) {
      this.dialTunnel(target, tunnel);
      return;
    }
    if (tls === undefined) {
      const socket = this.reactor.sockets.take(this);
      this.socket = socket;
      socket.connect({ host: address, port });
      return;
    }
    const onread = { buffer: this.reactor.input.octets, callback: (length: number): boolean => this.onRead(length) };
    const options = {
      ...tls,
      session: this.session,
      host: address,
      port,
      noDelay: true,
      autoSelectFamily: false,
      onread,
    };
    this.adopt(connectTls(options as ConnectionOptions));
  }

  private dialTunnel({ address, port, tls }: DialTarget, request: string): void {
    const outer = connectTcp({ host: address, port, noDelay: true, autoSelectFamily: false });
    outer.on('end', () => this.onEnd());
    outer.on('error', (error: NodeJS.ErrnoException) => this.onError(error));
    this.socket = outer;
    openTunnel(outer, request, (problem) => {
      if (this.state === CLOSED) return;
      if (problem !== undefined) {
        this.fail('connect', problem, preciseNow());
        return;
      }
      const socket = connectTls({ ...tls, session: this.session, socket: outer } as ConnectionOptions);
      // Node reads into a given buffer for sockets that it opens itself alone.
      socket.on('data', (piece: Buffer) => this.onPiece(piece));
      this.adopt(socket);
    });
  }

  private onPiece(piece: Buffer): void {
    const readBuffer = this.reactor.input.octets;
    for (let from = 0; from < piece.length && this.state !== CLOSED; from += readBuffer.length) {
      this.onRead(piece.copy(readBuffer, 0, from));
    }
  }

  private adopt(socket: Socket): void {
    socket.on('secureConnect', () => this.onConnect());
    // Of TLS 1.3 it comes after the handshake, and may come more than once: the last one is the best.
    if (this.resumes) socket.on('session', (session: Buffer) => (this.session = session));
    socket.on('end', () => this.onEnd());
    socket.on('error', (error: NodeJS.ErrnoException) => this.onError(error));
    // Whoever ends a TLS connection without a close_notify is seen by this event alone.
    socket.on('close', () => this.onEnd());
    this.socket = socket;
  }

  /**
   * Takes a request on a free connection. It is written when the reads of this turn of the event loop are done: writes
   * that follow each other closely find the server awake, which halves their cost, and hold up no timestamp of a read.
   */
  send(exchange: Exchange): void {
    this.exchange = exchange;
    this.state = QUEUED;
    this.answered = false;
    this.reactor.queue(this);
  }

  /**
   * Sends the request that it was given in this turn. The one that stood in line may have met a closed connection since,
   * and be on its way to a new one in this same object (`renew`): that is sent once it is connected, and not before.
   */
  flush(): void {
    if (this.state === QUEUED) this.transmit();
  }

  /** Hands the request to the kernel. */
  transmit(): void {
    const { exchange, socket } = this;
    if (exchange === undefined || socket === undefined) return;
    this.state = BUSY;
    this.parser = this.reactor.takeParser();
    this.parser.begin(exchange.bodiless, exchange.keepBody, exchange.memo);
    const { requestBytes } = exchange;
    if (requestBytes === undefined) {
      exchange.sentAt(preciseNow());
      if (socket instanceof PooledSocket) socket.send(exchange.requestText);
      else socket.write(exchange.requestText, 'latin1');
      return;
    }
    if (exchange.requestText === '') {
      exchange.sentAt(preciseNow());
      socket.write(requestBytes);
      return;
    }
    socket.cork();
    socket.write(exchange.requestText, 'latin1');
    socket.write(requestBytes);
    exchange.sentAt(preciseNow());
    socket.uncork();
  }

  /** Fails the exchange in flight if its time is up. */
  sweep(nowMs: number): void {
    const { exchange } = this;
    if (exchange !== undefined && nowMs >= exchange.deadlineMs) this.fail('timeout', 'timeout', nowMs);
  }

  /** Ends the connection; an exchange in flight is dropped without a word to it. */
  close(): void {
    this.detach()?.destroy();
  }

  /**
   * Ends the connection with a reset instead of an orderly close, so that no port is left in TIME_WAIT; for connections
   * whose whole response has arrived. (TLS sockets have no such way.)
   */
  discard(): void {
    const socket = this.detach();
    if (socket instanceof PooledSocket) socket.resetAndDestroy();
    else socket?.destroy();
  }

  private detach(): Socket | undefined {
    if (this.state === CLOSED) return undefined;
    this.state = CLOSED;
    this.exchange = undefined;
    this.reactor.remove(this);
    const { socket } = this;
    this.socket = undefined;
    if (socket instanceof PooledSocket) {
      socket.owner = undefined;
      this.severed = this.wasOpen;
    }
    return socket;
  }

  onConnect(): void {
    const { exchange } = this;
    if (this.state === CLOSED || exchange === undefined) return;
    this.wasOpen = true;
    exchange.connected((preciseNow() - this.dialledMs) * 1000);
    this.transmit();
  }

  onRead(length: number): boolean {
    const nowMs = preciseNow();
    this.reactor.onRead(nowMs);
    const { exchange } = this;
    if (exchange === undefined) {
      // Octets nobody asked for: whatever they are, the next response could not be trusted.
      this.close();
      return false;
    }
    if (this.state === QUEUED) {
      this.fail('reset', 'connection sent octets unasked', nowMs);
      return false;
    }
    this.answered = true;
    const verdict = this.parser.feed(this.reactor.input.octets, length);
    if (verdict === NEEDS_MORE) return true;
    if (verdict === COMPLETE) this.complete(exchange, nowMs);
    else this.fail('protocol', this.parser.error, nowMs);
    return true;
  }

  private complete(exchange: Exchange, nowMs: number): void {
    const { parser } = this;
    this.exchange = undefined;
    this.reused = true;
    if (parser.keepAlive) {
      this.state = IDLE;
      const { idleSeconds } = parser.fields;
      // Half a second (or half the time) before the server closes by its own word, the connection counts as closed.
      this.idleUntilMs = idleSeconds > 0 ? nowMs + idleSeconds * 1000 - Math.min(500, idleSeconds * 500) : Infinity;
    } else this.discard();
    exchange.responded(this, nowMs);
    this.release(parser);
  }

  /** A response was taken: its parser is free. Until the end of the turn the next request is not sent. */
  private release(parser: ResponseParser): void {
    this.parser = this.reactor.noParser;
    this.reactor.giveParser(parser);
  }

  onEnd(): void {
    if (this.state === CLOSED) return;
    const { exchange } = this;
    if (exchange === undefined) return this.close();
    const nowMs = preciseNow();
    if (this.state === CONNECTING) return this.fail('connect', 'connection closed during the TLS handshake', nowMs);
    if (this.state === QUEUED) return this.fail('reset', 'connection closed before the request', nowMs);
    const { parser } = this;
    const verdict = parser.close();
    if (verdict === COMPLETE) {
      this.close();
      exchange.responded(this, nowMs);
      this.release(parser);
    } else this.fail(verdict === BROKEN ? 'protocol' : 'reset', parser.error, nowMs);
  }

  onError(error: NodeJS.ErrnoException): void {
    if (this.state === CLOSED) return;
    if (this.exchange === undefined) return this.close();
    const nowMs = preciseNow();
    if (this.state === CONNECTING) this.fail('connect', connectFailure(error, this.address), nowMs);
    else this.fail('reset', `connection reset (${error.code ?? error.message})`, nowMs);
  }

  /** Ends connection and exchange with a failure. */
  fail(outcome: Outcome, error: string, nowMs: number): void {
    const { exchange } = this;
    // Nothing of it has been written, so that it may go out on another connection whatever it is.
    const unsent = this.state === QUEUED;
    this.close();
    exchange?.failed(this, outcome, error, nowMs, unsent);
  }
}

// Ports and messages of OpenSSL differ from case to case; what is grouped by text must not.
function connectFailure(error: NodeJS.ErrnoException, address: string): string {
  return `cannot connect to ${address} (${error.code ?? error.message})`;
}
