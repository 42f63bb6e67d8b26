/**
 * What the connections of one engine process share: the read buffer, the sweep over deadlines, and a call once per turn
 * of the event loop for everything that can wait until the reads of the turn are done.
 */
import type { Clock, TimerHandle } from '@loadstar/shared';
import { Histogram } from '@loadstar/stats';
import { BodyMemory, type YoungCollector } from './body-memory.js';
import type { Connection } from './connection.js';
import type { DirectWriter } from './direct-write.js';
import { SocketPool } from './pooled-socket.js';
import { SharedInput } from './repeated-text.js';
import { ResponseParser } from './response-parser.js';

const readBufferBytes = 65_536;
const sweepPeriodMs = 100;
/** Parsers kept for the next requests: about as many as are in flight at once where users wait between requests. */
const mostSpareParsers = 1_024;

export interface ReactorOptions {
  readonly clock: Clock;
  readonly strictParsing: boolean;
  /** Makes what frees long bodies early; without it V8 does when it sees fit. */
  readonly makeCollector?: (() => YoungCollector | undefined) | undefined;
  /** What requests over plain TCP are written with; none: as Node's sockets write. */
  readonly directWriter?: DirectWriter | undefined;
  /**
   * Called at most once per turn of the event loop, after its reads, if `atEndOfTurn` was called in it. What waits for a
   * promise that it resolves runs before `onTurnEnd`, and what that sends is sent in the same turn.
   */
  onReadsDone(): void;
  /** Called after `onReadsDone`, when the requests of the turn have been sent. */
  onTurnEnd(): void;
}

export class Reactor {
  /** Every socket reads into this one; its content is gone with the next read. */
  readonly input = new SharedInput(readBufferBytes);
  readonly sockets: SocketPool;
  readonly strictParsing: boolean;
  /**
   * Bound of the error of each read's timestamp: how long an octet may have waited in the kernel because this process
   * was busy. Microseconds, one value a turn (that of its last read). Taken and cleared by `takeErrorBound`.
   */
  private errorBound = new Histogram();
  /** Stands in for the parser of a connection that awaits no response. */
  readonly noParser: ResponseParser;
  private readonly bodies: BodyMemory;
  private readonly parsers: ResponseParser[] = [];
  private readonly connections: Connection[] = [];
  private readonly queued: Connection[] = [];
  private readonly clock: Clock;
  private sweeper: TimerHandle | undefined = undefined;
  private turnScheduled = false;
  private readonly readsDone = (): void => this.options.onReadsDone();
  private readonly endTurn = (): void => this.onTurnEnd();

  // Of the turn under way, and of the loop at the first read of the turn before.
  private reading = false;
  private firstReadMs = 0;
  private lastReadMs = 0;
  private busyBeforeMs = 0;
  private markMs = 0;
  private markIdleMs = 0;

  constructor(private readonly options: ReactorOptions) {
    this.clock = options.clock;
    this.sockets = new SocketPool(this.input.octets, options.directWriter);
    this.strictParsing = options.strictParsing;
    this.bodies = new BodyMemory(options.makeCollector);
    this.noParser = new ResponseParser(options.strictParsing);
  }

  /** A parser for the response to a request that is about to be sent. */
  takeParser(): ResponseParser {
    return this.parsers.pop() ?? new ResponseParser(this.strictParsing, this.bodies);
  }

  /** Takes a parser back whose response has been taken out of it. */
  giveParser(parser: ResponseParser): void {
    parser.release();
    if (this.parsers.length < mostSpareParsers) this.parsers.push(parser);
  }

  get openConnections(): number {
    return this.connections.length;
  }

  add(connection: Connection): void {
    connection.slot = this.connections.length;
    this.connections.push(connection);
    // Referenced on purpose only while there is something to watch.
    this.sweeper ??= this.clock.setInterval(() => this.sweep(), sweepPeriodMs).unref();
  }

  remove(connection: Connection): void {
    const last = this.connections.pop();
    if (last === undefined) return;
    if (last !== connection) {
      this.connections[connection.slot] = last;
      last.slot = connection.slot;
    }
    connection.slot = -1;
    if (this.connections.length === 0) {
      this.sweeper?.cancel();
      this.sweeper = undefined;
    }
  }

  /** Has the connection transmit its request at the end of this turn. */
  queue(connection: Connection): void {
    this.queued.push(connection);
    this.atEndOfTurn();
  }

  /** Asks for `onReadsDone` and `onTurnEnd` once the reads of this turn of the event loop are done. */
  atEndOfTurn(): void {
    if (this.turnScheduled) return;
    this.turnScheduled = true;
    // Between two of them Node runs what waits for promises.
    setImmediate(this.readsDone);
    setImmediate(this.endTurn);
  }

  /** Notes a read for the error bound; `nowMs` is the time taken as the first act of the read callback. */
  onRead(nowMs: number): void {
    this.lastReadMs = nowMs;
    if (this.reading) return;
    this.reading = true;
    this.firstReadMs = nowMs;
    const idleMs = globalThis.performance.nodeTiming.idleTime;
    // The loop was busy for what has passed since the mark and was not spent waiting for events.
    this.busyBeforeMs = this.markMs === 0 ? 0 : Math.max(0, nowMs - this.markMs - (idleMs - this.markIdleMs));
    this.markMs = nowMs;
    this.markIdleMs = idleMs;
    this.atEndOfTurn();
  }

  /**
   * The event loop has just looked for input, also if there was none: the bound counts from here. Called by who keeps
   * the loop spinning, where time that passes is not time that octets waited.
   */
  polled(): void {
    if (this.reading) return;
    this.markMs = this.clock.nowMs();
    this.markIdleMs = globalThis.performance.nodeTiming.idleTime;
  }

  /** The error bounds of the turns since the last call, microseconds. */
  takeErrorBound(): Histogram {
    const taken = this.errorBound;
    this.errorBound = new Histogram();
    return taken;
  }

  close(): void {
    this.sweeper?.cancel();
    this.sweeper = undefined;
    for (const connection of [...this.connections]) connection.close();
  }

  private onTurnEnd(): void {
    const { queued } = this;
    for (let i = 0; i < queued.length; i++) (queued[i] as Connection).flush();
    queued.length = 0;
    this.turnScheduled = false;
    if (this.reading) {
      this.reading = false;
      this.errorBound.record(Math.round((this.busyBeforeMs + this.lastReadMs - this.firstReadMs) * 1000));
    }
    this.options.onTurnEnd();
  }

  private sweep(): void {
    const nowMs = this.clock.nowMs();
    const { connections } = this;
    // Backwards, because a failed connection is replaced by the last one, which has been looked at already.
    for (let i = connections.length - 1; i >= 0; i--) connections[i]?.sweep(nowMs);
  }
}
