/**
 * Hands a request to the kernel past the stream that Node keeps around a TCP socket. For every write that stream makes a
 * request object with a place in C++, although the kernel takes a short text at once and nobody needs the object then:
 * a twelfth of what a request costs. Here one object serves all writes; one that the kernel did not take at once keeps it.
 * This is Node's own call underneath (`StreamBase::WriteString`), which it does not promise: hence the list of versions,
 * the look at every part before its first use, and `undefined` for whatever is not as expected.
 */
import type { Socket } from 'node:net';
import { getSystemErrorName } from 'node:util';

/** Major versions of Node whose call was read and tried by this file's tests; they run again with one of them each time. */
const knownMajors: ReadonlySet<string> = new Set(['20', '22', '24', '26']);
/** Longest text, in octets of latin1, that Node tries to write at once. */
const mostOctets = 16_384;

export interface DirectWriter {
  /**
   * Writes latin1 text to an open TCP socket; behind what the socket has not sent yet, if there is something.
   * @returns false when nothing has been done and the socket's own `write` is to be used
   */
  write(socket: Socket, text: string): boolean;
}

/** What Node passes to a write; it is busy until `oncomplete` if the kernel did not take all at once. */
interface WriteRequest {
  oncomplete: (status: number) => void;
}

interface StreamWrap {
  readonly WriteWrap: new () => WriteRequest;
  /** What the last call says besides its result. */
  readonly streamBaseState: Int32Array;
  readonly kLastWriteWasAsync: number;
}

interface Handle {
  /** @returns 0 or a negative error number */
  writeLatin1String(request: WriteRequest, text: string): number;
}

/**
 * @param node of this process, for tests of what happens without it
 * @returns undefined where Node is not one that is known to work so
 */
export function directWriter(node: Pick<NodeJS.Process, 'versions'> = process): DirectWriter | undefined {
  if (!knownMajors.has(node.versions.node.split('.')[0] ?? '')) return undefined;
  const wrap = streamWrapOf(node);
  return wrap && new SharedRequestWriter(wrap);
}

class SharedRequestWriter implements DirectWriter {
  private request: WriteRequest;

  constructor(private readonly wrap: StreamWrap) {
    this.request = this.newRequest();
  }

  write(socket: Socket, text: string): boolean {
    const handle = (socket as unknown as { readonly _handle: Partial<Handle> | null })._handle;
    if (text.length > mostOctets || socket.writableLength !== 0 || !handle?.writeLatin1String) return false;
    const { request, wrap } = this;
    const status = handle.writeLatin1String(request, text);
    if (status !== 0) socket.destroy(writeFailure(status));
    else if (wrap.streamBaseState[wrap.kLastWriteWasAsync] !== 0) this.leave(request, socket);
    return true;
  }

  /** The request is Node's until the kernel has taken all of the text. */
  private leave(request: WriteRequest, socket: Socket): void {
    request.oncomplete = (status) => {
      if (status < 0 && !socket.destroyed) socket.destroy(writeFailure(status));
    };
    this.request = this.newRequest();
  }

  private newRequest(): WriteRequest {
    const request = new this.wrap.WriteWrap();
    request.oncomplete = () => {};
    return request;
  }
}

function writeFailure(status: number): NodeJS.ErrnoException {
  const code = getSystemErrorName(status);
  return Object.assign(new Error(`write ${code}`), { code, errno: status, syscall: 'write' });
}

function streamWrapOf(node: object): StreamWrap | undefined {
  try {
    const { binding } = node as { readonly binding?: (name: string) => unknown };
    const wrap = binding?.('stream_wrap') as Partial<StreamWrap> | undefined;
    const complete =
      typeof wrap?.WriteWrap === 'function' &&
      ArrayBuffer.isView(wrap.streamBaseState) &&
      typeof wrap.kLastWriteWasAsync === 'number';
    return complete ? (wrap as StreamWrap) : undefined;
  } catch {
    // Node can be told to refuse this.
    return undefined;
  }
}
