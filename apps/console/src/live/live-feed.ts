// Holds the one socket of the page and publishes what it says in the form that React's useSyncExternalStore wants.
import type { LiveFrame, LiveState, RunView } from '@loadstar/shared';
import { io, type Socket } from 'socket.io-client';
import { token } from '../api/token.js';
import {
  applyConnection,
  applyFrame,
  applyStarted,
  applyState,
  applyTick,
  type Connection,
  initialSnapshot,
  type LiveSnapshot,
} from './live-model.js';

interface ServerEvents {
  state: (state: LiveState) => void;
  frame: (frame: LiveFrame) => void;
}

class LiveFeed {
  private snapshot: LiveSnapshot = initialSnapshot();
  private readonly listeners = new Set<() => void>();
  private socket: Socket<ServerEvents, Record<string, never>> | undefined;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly current = (): LiveSnapshot => this.snapshot;

  /** Opens the connection, once. Socket.IO tries again by itself when it breaks. */
  open(): void {
    if (this.socket) return;
    const socket: Socket<ServerEvents, Record<string, never>> = io(`${location.origin}/live`, {
      path: new URL('socket.io', document.baseURI).pathname,
      transports: ['websocket'],
      reconnectionDelay: 500,
      reconnectionDelayMax: 3000,
      auth: (give) => give(token.read() === null ? {} : { token: token.read() }),
    });
    socket.on('state', (state) => this.publish(applyState(this.snapshot, state, Date.now())));
    socket.on('frame', (frame) => this.publish(applyFrame(this.snapshot, frame, Date.now())));
    socket.on('disconnect', (reason) => {
      this.say('reconnecting');
      // The server hung up on purpose (a restart, a token that ended): the library then waits to be told.
      if (reason === 'io server disconnect') socket.connect();
    });
    socket.on('connect_error', (error) => {
      const refused = isRefusal(error);
      this.say(refused ? 'refused' : this.snapshot.heardAt === 0 ? 'connecting' : 'reconnecting');
      if (refused) token.ask();
    });
    token.onChange(() => socket.disconnect().connect());
    setInterval(() => this.publish(applyTick(this.snapshot, Date.now())), 1000);
    this.socket = socket;
  }

  /** Shows a run that this page has just started. */
  adopt(run: RunView): void {
    this.publish(applyStarted(this.snapshot, run));
  }

  private say(connection: Connection): void {
    this.publish(applyConnection(this.snapshot, connection));
  }

  private publish(next: LiveSnapshot): void {
    if (next === this.snapshot) return;
    this.snapshot = next;
    for (const listener of this.listeners) listener();
  }
}

/** A refusal carries the code of the error table, as every error of the platform does. */
function isRefusal(error: Error & { data?: unknown }): boolean {
  const { data } = error;
  if (typeof data !== 'object' || data === null) return false;
  const code = 'code' in data ? data.code : undefined;
  return code === 'UNAUTHENTICATED' || code === 'FORBIDDEN';
}

export const liveFeed = new LiveFeed();
