import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { type DirectWriter, directWriter } from './direct-write.js';

const chunkOctets = 16_384;
let server: Server;
let client: Socket;
let accepted: Socket;
const writer = directWriter() as DirectWriter;

const { binding } = process as unknown as { binding: unknown };
/** Of a process that says it is of this version, with or without what it takes. */
function directWriterOf(node: string, ...[parts = binding]: unknown[]): DirectWriter | undefined {
  const like = { versions: { ...process.versions, node }, binding: parts };
  return directWriter(like);
}

beforeEach(async () => {
  server = createServer({ pauseOnConnect: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  client = connect({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' });
  // Who does not read does not hear of a reset before it writes.
  client.pause();
  [[accepted]] = (await Promise.all([once(server, 'connection'), once(client, 'connect')])) as [[Socket], unknown];
  accepted.on('error', () => {});
});
afterEach(() => {
  client.destroy();
  accepted.destroy();
  server.close();
});

/** Writes until the kernel has taken no more for a while, of a server that reads nothing. @returns what was written */
function writeTooMuch(): string {
  let written = '';
  for (let i = 0; i < 1_000; i++) {
    const text = String(i).padStart(chunkOctets, '.');
    expect(writer.write(client, text)).toBe(true);
    written += text;
  }
  return written;
}

describe('a direct write', () => {
  it('is to be had in the version of Node that the tests run with', () => {
    expect(writer).toBeDefined();
  });

  it('is to be had in the version of Node that the images have', () => {
    const [, major] = /NODE_VERSION=(\d+)/.exec(readFileSync('docker/Dockerfile', 'utf8')) ?? [];
    expect(directWriterOf(`${major}.0.0`)).toBeDefined();
  });

  it('hands text to the kernel octet for octet, also what is not ASCII', async () => {
    expect(writer.write(client, 'GET /caf\u00e9 HTTP/1.1\r\n\r\n')).toBe(true);
    const [received] = (await once(accepted.resume(), 'data')) as [Buffer];
    expect(received.toString('latin1')).toBe('GET /caf\u00e9 HTTP/1.1\r\n\r\n');
  });

  it('lets follow in order what the kernel does not take at once, also when more is written meanwhile', async () => {
    const written = writeTooMuch();
    const pieces: Buffer[] = [];
    let length = 0;
    accepted.on('data', (piece: Buffer) => {
      pieces.push(piece);
      length += piece.length;
    });
    accepted.resume();
    while (length < written.length) await once(accepted, 'data');
    expect(Buffer.concat(pieces).toString('latin1') === written).toBe(true);
    expect(writer.write(client, 'one more')).toBe(true);
    const [last] = (await once(accepted, 'data')) as [Buffer];
    expect(last.toString()).toBe('one more');
  });

  it('ends the socket with the error of a write that fails', async () => {
    accepted.resetAndDestroy();
    const failed = once(client, 'error') as Promise<[NodeJS.ErrnoException]>;
    // Until the reset has arrived the kernel takes what it gets.
    while (!client.destroyed) {
      writer.write(client, 'x');
      await new Promise(setImmediate);
    }
    const [error] = await failed;
    expect(['EPIPE', 'ECONNRESET']).toContain(error.code);
    expect(error.syscall).toBe('write');
    expect(writer.write(client, 'x')).toBe(false);
  });

  it('ends the socket when what was to follow cannot follow', async () => {
    writeTooMuch();
    const failed = once(client, 'error') as Promise<[NodeJS.ErrnoException]>;
    accepted.resetAndDestroy();
    const [error] = await failed;
    expect(['EPIPE', 'ECONNRESET']).toContain(error.code);
  });

  it('says nothing of what was still to follow when the socket is closed', async () => {
    writeTooMuch();
    const heard = jest.fn();
    client.on('error', heard);
    const closed = once(client, 'close');
    client.resetAndDestroy();
    await closed;
    await new Promise(setImmediate);
    expect(heard).not.toHaveBeenCalled();
  });

  it('leaves to the socket what Node does not try at once, and what stands behind something', () => {
    expect(writer.write(client, 'x'.repeat(chunkOctets + 1))).toBe(false);
    client.cork();
    client.write('first');
    expect(writer.write(client, 'second')).toBe(false);
  });

  it('is left out where Node is of a version that nobody has looked at, or refuses its parts', () => {
    const refuse = (): never => {
      throw new Error('No such binding: stream_wrap');
    };
    expect(directWriterOf('20.19.0')).toBeDefined();
    expect(directWriterOf('21.7.3')).toBeUndefined();
    expect(directWriterOf('20.19.0', refuse)).toBeUndefined();
    expect(directWriterOf('20.19.0', null)).toBeUndefined();
    expect(directWriterOf('20.19.0', () => ({ WriteWrap: Object }))).toBeUndefined();
  });
});
