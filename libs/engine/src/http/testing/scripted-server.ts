/** A TCP server whose answers are octets written down in a test, for what no well-behaved HTTP server would send. */
import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

export interface ScriptedConnection {
  readonly socket: Socket;
  /** Requests seen on this connection, the present one included. */
  readonly requests: string[];
}

export type Script = (request: string, connection: ScriptedConnection) => void;

export class ScriptedServer {
  readonly connections: ScriptedConnection[] = [];

  private constructor(private readonly server: Server) {}

  /** @param script called with the text of every request, when its body has arrived too */
  static async listen(script: Script): Promise<ScriptedServer> {
    const server = createServer((socket) => scripted.accept(socket, script));
    const scripted = new ScriptedServer(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return scripted;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get requests(): string[] {
    return this.connections.flatMap(({ requests }) => requests);
  }

  async close(): Promise<void> {
    for (const { socket } of this.connections) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private accept(socket: Socket, script: Script): void {
    const connection: ScriptedConnection = { socket, requests: [] };
    this.connections.push(connection);
    socket.on('error', () => {});
    let pending = '';
    socket.on('data', (piece) => {
      pending += piece.toString('latin1');
      for (let end = endOfRequest(pending); end > 0; end = endOfRequest(pending)) {
        const request = pending.slice(0, end);
        pending = pending.slice(end);
        connection.requests.push(request);
        script(request, connection);
      }
    });
  }
}

function endOfRequest(text: string): number {
  const head = text.indexOf('\r\n\r\n');
  if (head < 0) return -1;
  const length = Number(/\r\ncontent-length: (\d+)/i.exec(text.slice(0, head))?.[1] ?? 0);
  return text.length >= head + 4 + length ? head + 4 + length : -1;
}

export function ok(body = 'ok', fields = ''): string {
  return `HTTP/1.1 200 OK\r\n${fields}Content-Length: ${Buffer.byteLength(body, 'latin1')}\r\n\r\n${body}`;
}
