import { createServer, type AddressInfo, type Server, type Socket, connect } from 'node:net';
import { SeededRandom } from '@loadstar/shared';

/**
 * A wire that can be damaged: a TCP proxy on loopback, so that faults of the network need no root and hit one pair of
 * processes only. Like the network it models, a cut loses nothing for good: TCP would send again, so what was cut off is
 * held back, endings included, and arrives when the wire is whole.
 */
export interface Toxics {
  /** Nothing passes from the dialling side to the other, or back; new connections are accepted and hear nothing. */
  cutUp: boolean;
  cutDown: boolean;
  /** Nobody listens: dialling is refused. */
  refuse: boolean;
  /** Milliseconds that each piece takes at least and at most, each way; the order is kept. */
  latencyMs: readonly [number, number];
  /** Bytes per second each way of one connection; 0 without bound. */
  bytesPerSecond: number;
  /** Largest piece that is written at once; 0 without bound. */
  sliceBytes: number;
}

export const healthy: Toxics = {
  cutUp: false,
  cutDown: false,
  refuse: false,
  latencyMs: [0, 0],
  bytesPerSecond: 0,
  sliceBytes: 0,
};

interface Piece {
  /** undefined: the sender has ended. */
  readonly bytes: Buffer | undefined;
  readonly dueMs: number;
}

/** Bytes held back in one direction before the sender is made to wait, as a socket's buffers would. */
const heldBytes = 256 * 1024;
/** How often a wire that is cut looks whether it is whole again, milliseconds. */
const lookMs = 10;

export class TcpProxy {
  /** Connections that were accepted since the start. */
  accepted = 0;
  /** Bytes that came from the dialling side since the start. */
  bytesUp = 0;
  /** Monotonic milliseconds of each accepted connection. */
  readonly acceptedAtMs: number[] = [];
  private toxics: Toxics = healthy;
  private readonly server: Server;
  private readonly pairs = new Set<readonly [Socket, Socket]>();
  private readonly random: SeededRandom;
  private port = 0;

  constructor(
    private upstream: URL,
    seed: string,
  ) {
    this.random = new SeededRandom(`proxy/${seed}`);
    this.server = createServer({ allowHalfOpen: true }, (socket) => this.join(socket));
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get openConnections(): number {
    return this.pairs.size;
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(this.port, '127.0.0.1', resolve));
    this.port = (this.server.address() as AddressInfo).port;
    return this;
  }

  /** Where new connections lead from now on, such as to a restarted process. */
  leadTo(url: string): void {
    this.upstream = new URL(url);
  }

  /** Damages the wire. @returns what makes it as it was */
  async damage(change: Partial<Toxics>): Promise<() => Promise<void>> {
    const before = this.toxics;
    await this.set({ ...before, ...change });
    return () => this.set(before);
  }

  /** Resets every connection that stands (RST both ways). */
  reset(): void {
    for (const [near, far] of [...this.pairs]) {
      near.resetAndDestroy();
      far.resetAndDestroy();
    }
  }

  async close(): Promise<void> {
    this.reset();
    await this.stopListening();
  }

  private async set(toxics: Toxics): Promise<void> {
    const wasRefusing = this.toxics.refuse;
    this.toxics = toxics;
    if (toxics.refuse && !wasRefusing) {
      await this.stopListening();
      this.reset();
    } else if (wasRefusing && !toxics.refuse) await this.listen();
  }

  private stopListening(): Promise<void> {
    if (!this.server.listening) return Promise.resolve();
    // The connections are ended by `reset`; this only has to free the port.
    this.server.close();
    return new Promise((resolve) => setImmediate(resolve));
  }

  private join(near: Socket): void {
    this.accepted++;
    this.acceptedAtMs.push(performance.now());
    const far = connect({ host: this.upstream.hostname, port: Number(this.upstream.port), allowHalfOpen: true });
    const pair = [near, far] as const;
    this.pairs.add(pair);
    const over = (): void => {
      if (near.destroyed && far.destroyed) this.pairs.delete(pair);
    };
    for (const socket of pair) {
      socket.setNoDelay(true);
      socket.on('close', over);
    }
    this.carry(near, far, 'cutUp');
    this.carry(far, near, 'cutDown');
  }

  /** Carries one direction, as the toxics of the moment say. */
  private carry(from: Socket, to: Socket, cut: 'cutUp' | 'cutDown'): void {
    const queue: Piece[] = [];
    let held = 0;
    let freeMs = 0;
    let timer: NodeJS.Timeout | undefined;
    const add = (bytes: Buffer | undefined): void => {
      const [leastMs, mostMs] = this.toxics.latencyMs;
      const dueMs = performance.now() + (mostMs > 0 ? this.random.between(leastMs, mostMs) : 0);
      queue.push({ bytes, dueMs });
      pump();
    };
    const pump = (): void => {
      timer = undefined;
      const { bytesPerSecond } = this.toxics;
      for (let piece = queue[0]; piece; piece = queue[0]) {
        if (to.destroyed) return;
        const nowMs = performance.now();
        if (this.toxics[cut]) return again(lookMs);
        const waitMs = Math.max(piece.dueMs, freeMs) - nowMs;
        if (waitMs > 0) return again(waitMs);
        queue.shift();
        if (piece.bytes) {
          to.write(piece.bytes);
          held -= piece.bytes.length;
          if (bytesPerSecond > 0) freeMs = Math.max(nowMs, freeMs) + (1000 * piece.bytes.length) / bytesPerSecond;
        } else to.end();
      }
      if (held < heldBytes) from.resume();
    };
    const again = (delayMs: number): void => {
      timer ??= setTimeout(pump, Math.max(1, delayMs));
    };
    from.on('data', (chunk: Buffer) => {
      held += chunk.length;
      if (cut === 'cutUp') this.bytesUp += chunk.length;
      const { sliceBytes, bytesPerSecond } = this.toxics;
      const most = sliceBytes || (bytesPerSecond > 0 ? Math.ceil(bytesPerSecond / 50) : chunk.length);
      for (let at = 0; at < chunk.length; at += most) add(chunk.subarray(at, at + most));
      if (held >= heldBytes) from.pause();
    });
    from.on('end', () => add(undefined));
    from.on('error', () => {});
    // An end without goodbye shows on the other side as soon as the wire lets it.
    from.on('close', (failed) => {
      if (!failed) return;
      const tell = (): void => {
        if (this.toxics[cut]) setTimeout(tell, lookMs);
        else to.destroy();
      };
      tell();
    });
    to.on('close', () => clearTimeout(timer));
  }
}
