/**
 * The one Socket.IO server of the master, shared by the live feed and the workers' channel: WebSocket only, no recovery
 * of old sessions, small messages, and nobody whose page or host name is not ours.
 */
import type { IncomingMessage } from 'node:http';
import type { INestApplicationContext } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { controlServerOptions, Turnstile, workersQuery } from '@loadstar/protocol';
import { type Clock, LoadstarError } from '@loadstar/shared';
import { Server, type ServerOptions } from 'socket.io';
import type { Gatekeeper } from '../auth/gatekeeper.js';

export class SocketAdapter extends IoAdapter {
  readonly #turnstile: Turnstile;

  constructor(
    app: INestApplicationContext,
    private readonly gatekeeper: Gatekeeper,
    clock: Clock,
    private readonly onServer: (server: Server) => void,
  ) {
    super(app);
    this.#turnstile = new Turnstile(clock);
  }

  override createIOServer(port: number, options: object = {}): Server {
    const own: Partial<ServerOptions> = {
      ...controlServerOptions,
      allowRequest: (request, answer) => {
        const refusal = this.#refusal(request);
        const enter = (): void => answer(refusal, refusal === undefined);
        // A whole fleet may come in one instant; whoever watches comes alone.
        if (isWorker(request)) this.#inTurn(request, enter);
        else enter();
      },
    };
    const server = super.createIOServer(port, { ...options, ...own } as ServerOptions) as Server;
    this.onServer(server);
    return server;
  }

  #inTurn({ socket }: IncomingMessage, enter: () => void): void {
    let isWaiting = true;
    const hangUp = (): void => void socket.destroy();
    this.#turnstile.pass(
      () => {
        isWaiting = false;
        for (const event of ends) socket.off(event, hangUp);
        enter();
      },
      () => socket.destroyed,
    );
    if (!isWaiting) return;
    for (const event of ends) socket.once(event, hangUp);
    // Nobody reads yet, and an end shows only to readers; a WebSocket has nothing to say before it is accepted.
    socket.resume();
  }

  #refusal(request: IncomingMessage): string | undefined {
    try {
      this.gatekeeper.checkHost(request.headers);
      this.gatekeeper.checkSameSite(request.headers);
      return undefined;
    } catch (error) {
      return error instanceof LoadstarError ? error.code : 'INTERNAL';
    }
  }
}

/** What shows that a waiting connection is of no use any more. */
const ends = ['end', 'error'] as const;

function isWorker({ url = '' }: IncomingMessage): boolean {
  return url.includes(`for=${workersQuery.for}`);
}
