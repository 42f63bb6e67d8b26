/**
 * The live feed over Socket.IO: a client that joins gets `state`, then a `frame` each second, or more often while a large
 * fleet reports (`frame-pace.ts`). A client that cannot keep up skips frames, because a frame is only written when its connection took the last one. Clients have nothing to say.
 */
import { Inject, type OnApplicationShutdown } from '@nestjs/common';
import {
  type OnGatewayConnection,
  type OnGatewayDisconnect,
  type OnGatewayInit,
  WebSocketGateway,
} from '@nestjs/websockets';
import {
  type Clock,
  LoadstarError,
  type LiveFrame,
  type LiveState,
  type TimerHandle,
  toWireError,
} from '@loadstar/shared';
import type { Namespace, Socket } from 'socket.io';
import { Gatekeeper } from '../auth/gatekeeper.js';
import { clockPort } from '../config/ports.js';
import { QueueControl } from '../queue/queue-control.js';
import { FleetView, RunControl } from '../runs/run-control.js';
import { nextFrameMs } from './frame-pace.js';
import { type Cursor, LiveFeed } from './live-feed.js';

interface LiveEvents {
  state: (state: LiveState) => void;
  frame: (frame: LiveFrame) => void;
}

/** Run time of the run that was shown, 0 when none goes on, and workers that were. */
interface Shown {
  readonly elapsedMs: number;
  readonly workers: number;
}

/** Least time between two frames that also tell of the workers: they beat once a second, milliseconds. */
const workersMs = 700;

/** From the first client to its first frame, milliseconds. */
const firstFrameMs = 500;

type LiveSocket = Socket<Record<string, never>, LiveEvents>;

@WebSocketGateway({ namespace: '/live' })
export class LiveGateway
  implements
    OnGatewayInit<Namespace>,
    OnGatewayConnection<LiveSocket>,
    OnGatewayDisconnect<LiveSocket>,
    OnApplicationShutdown
{
  readonly #feed: LiveFeed;
  readonly #clients = new Map<LiveSocket, Cursor>();
  #namespace: Namespace | undefined;
  #timer: TimerHandle | undefined;
  /** Workers that there were when they were told last, and when that was, monotonic milliseconds. */
  #fleet = { workers: 0, toldMs: -Infinity };

  constructor(
    runs: RunControl,
    fleet: FleetView,
    queue: QueueControl,
    private readonly gatekeeper: Gatekeeper,
    @Inject(clockPort) private readonly clock: Clock,
  ) {
    this.#feed = new LiveFeed(runs, fleet, queue);
  }

  afterInit(namespace: Namespace): void {
    this.#namespace = namespace;
    namespace.use((socket, next) => next(this.#refusal(socket)));
  }

  handleConnection(socket: LiveSocket): void {
    socket.onAny(() => socket.disconnect(true));
    const { state, cursor } = this.#feed.greeting(this.clock.nowMs());
    socket.emit('state', state);
    this.#clients.set(socket, cursor);
    this.#timer ??= this.clock.setTimeout(() => this.#again(), firstFrameMs).unref();
  }

  handleDisconnect(socket: LiveSocket): void {
    this.#clients.delete(socket);
  }

  onApplicationShutdown(): void {
    this.#timer?.cancel();
  }

  /** Tells those who are there, and goes on for as long as there are any. */
  #again(): void {
    this.#timer = undefined;
    if (this.#clients.size === 0) return;
    const { elapsedMs, workers } = this.#tell();
    this.#timer = this.clock.setTimeout(() => this.#again(), nextFrameMs(elapsedMs, workers)).unref();
  }

  #tell(): Shown {
    let shown: Shown = { elapsedMs: 0, workers: 0 };
    const nowMs = this.clock.nowMs();
    const withWorkers = nowMs - this.#fleet.toldMs >= workersMs;
    const moment = this.#feed.moment(withWorkers);
    const anew = new Map<LiveState, LiveSocket[]>();
    const frames: [LiveSocket, LiveFrame][] = [];
    for (const [socket, before] of this.#clients) {
      if (!socket.conn.transport.writable) continue;
      const { state, frame, cursor } = moment(before);
      if (state !== undefined) anew.set(state, [...(anew.get(state) ?? []), socket]);
      frames.push([socket, frame]);
      this.#clients.set(socket, cursor);
      const { state: runState, elapsedSeconds } = frame.stats;
      const isOn = runState === 'spawning' || runState === 'running';
      if (frame.workers) this.#fleet = { workers: frame.workers.length, toldMs: nowMs };
      if (isOn) shown = { elapsedMs: 1_000 * elapsedSeconds, workers: this.#fleet.workers };
    }
    // The whole state is long: it is made into text once for all that are told it.
    for (const [state, sockets] of anew) this.#namespace?.to(sockets.map(({ id }) => id)).emit('state', state);
    for (const [socket, frame] of frames) socket.emit('frame', frame);
    return shown;
  }

  /** Any role may watch; the token comes as the handshake's `auth.token`, a header, or the session cookie. */
  #refusal(socket: Socket): (Error & { data?: unknown }) | undefined {
    try {
      const { token } = socket.handshake.auth as { token?: unknown };
      const { headers } = socket.handshake;
      const address = this.gatekeeper.addressOf(socket.request);
      const shown = typeof token === 'string' ? { ...headers, authorization: `Bearer ${token}` } : headers;
      if (this.gatekeeper.admit(shown, address) === undefined) throw new LoadstarError('UNAUTHENTICATED');
      return undefined;
    } catch (error) {
      const wire = toWireError(error);
      return Object.assign(new Error(error instanceof LoadstarError ? error.message : 'refused'), { data: wire });
    }
  }
}
