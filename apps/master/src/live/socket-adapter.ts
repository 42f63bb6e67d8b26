/**
 * The one Socket.IO server of the master, shared by the live feed and the workers' channel: WebSocket only, no recovery
 * of old sessions, small messages, and nobody whose page or host name is not ours.
 */
import type { IncomingMessage } from 'node:http';
import type { INestApplicationContext } from '@nestjs/common';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { controlServerOptions } from '@loadstar/protocol';
import { LoadstarError } from '@loadstar/shared';
import { Server, type ServerOptions } from 'socket.io';
import type { Gatekeeper } from '../auth/gatekeeper.js';

export class SocketAdapter extends IoAdapter {
  constructor(
    app: INestApplicationContext,
    private readonly gatekeeper: Gatekeeper,
    private readonly onServer: (server: Server) => void,
  ) {
    super(app);
  }

  override createIOServer(port: number, options: object = {}): Server {
    const own: Partial<ServerOptions> = {
      ...controlServerOptions,
      allowRequest: (request, answer) => {
        const refusal = this.#refusal(request);
        answer(refusal, refusal === undefined);
      },
    };
    const server = super.createIOServer(port, { ...options, ...own } as ServerOptions) as Server;
    this.onServer(server);
    return server;
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
