import { connect, type Socket } from 'node:net';

/** A WebSocket that says whatever it is told, also what no library would: for tests of what a server does about that. */
export class RawWebSocket {
  private constructor(private readonly socket: Socket) {}

  /** @param path with query, such as `/socket.io/?EIO=4&transport=websocket` */
  static open(url: string, path: string): Promise<RawWebSocket> {
    const { hostname, port, host } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port) });
    socket.on('error', () => {});
    return new Promise((resolve, reject) => {
      socket.once('close', () => reject(new Error(`${path}: closed before it was open`)));
      socket.once('data', (answer) => {
        if (answer.toString('latin1').startsWith('HTTP/1.1 101')) resolve(new RawWebSocket(socket));
        else reject(new Error(answer.toString('latin1').slice(0, 200)));
      });
      socket.write(
        [
          `GET ${path} HTTP/1.1`,
          `Host: ${host}`,
          'Connection: Upgrade',
          'Upgrade: websocket',
          'Sec-WebSocket-Version: 13',
          `Sec-WebSocket-Key: ${Buffer.from('sixteen bytes ok').toString('base64')}`,
          '\r\n',
        ].join('\r\n'),
      );
    });
  }

  get isOpen(): boolean {
    return !this.socket.destroyed && this.socket.writable;
  }

  /** @param opcode 1 text, 2 bytes, 8 close, 9 ping, others as the standard has none */
  send(payload: Uint8Array, opcode = 1): void {
    const { length } = payload;
    const head = Buffer.alloc(14);
    head[0] = 0x80 | opcode;
    let end = 2;
    if (length < 126) head[1] = 0x80 | length;
    else if (length < 65_536) {
      head[1] = 0x80 | 126;
      head.writeUInt16BE(length, 2);
      end = 4;
    } else {
      head[1] = 0x80 | 127;
      head.writeBigUInt64BE(BigInt(length), 2);
      end = 10;
    }
    // A mask of zeros leaves the payload as it is.
    this.socket.write(Buffer.concat([head.subarray(0, end + 4), payload]));
  }

  close(): void {
    this.socket.destroy();
  }
}
