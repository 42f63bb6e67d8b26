/**
 * A connection that also notes when each phase of an exchange ends. A class of its own, so that connections without
 * phases, which are nearly all, pay for none of it: not a field, not a branch.
 */
import { Connection, type DialTarget } from './connection.js';
import { PooledSocket } from './pooled-socket.js';
import { preciseNow } from './precise-now.js';

export class TimedConnection extends Connection {
  // Monotonic milliseconds; 0 = has not happened (to the exchange in flight).
  private setUpMs = { dnsMs: 0, connectMs: 0, tlsMs: 0 };
  private resolvedMs = 0;
  private tcpMs = 0;
  private sentMs = 0;
  private sendEndMs = 0;
  private firstReadMs = 0;

  override dial(target: DialTarget): void {
    this.resolvedMs = preciseNow();
    super.dial(target);
    // A TLS socket says so too, when the handshake is about to begin.
    this.socket?.once('connect', () => (this.tcpMs = preciseNow()));
    if (this.socket instanceof PooledSocket) this.socket.reusable = false;
  }

  override onConnect(): void {
    const nowMs = preciseNow();
    // The plain socket's own "connect" comes after this one; then both are the same moment.
    const tcpMs = this.tcpMs === 0 ? nowMs : this.tcpMs;
    this.setUpMs = {
      dnsMs: this.resolvedMs - this.dialledMs,
      connectMs: tcpMs - this.resolvedMs,
      tlsMs: nowMs - tcpMs,
    };
    super.onConnect();
  }

  override transmit(): void {
    this.sendEndMs = 0;
    this.firstReadMs = 0;
    this.sentMs = preciseNow();
    super.transmit();
    const { socket } = this;
    if (socket === undefined) return;
    if (socket.writableLength === 0 || !socket.writableNeedDrain) this.sendEndMs = preciseNow();
    else {
      const { sentMs } = this;
      socket.once('drain', () => {
        if (this.sentMs === sentMs && this.sendEndMs === 0) this.sendEndMs = preciseNow();
      });
    }
  }

  override onRead(length: number): boolean {
    if (this.firstReadMs === 0) this.firstReadMs = preciseNow();
    return super.onRead(length);
  }

  /**
   * Takes the phases of the exchange whose last octet came at `endMs`, milliseconds each.
   * What opened the connection is part of the first exchange on it alone.
   */
  takePhases(endMs: number): TimedPhases {
    const firstMs = this.firstReadMs === 0 ? endMs : Math.min(this.firstReadMs, endMs);
    // A server may answer before it has read the whole request.
    const sendEndMs = this.sendEndMs === 0 ? firstMs : Math.min(this.sendEndMs, firstMs);
    const phases = {
      ...this.setUpMs,
      sendMs: Math.max(0, sendEndMs - this.sentMs),
      waitMs: firstMs - sendEndMs,
      receiveMs: endMs - firstMs,
    };
    this.setUpMs = { dnsMs: 0, connectMs: 0, tlsMs: 0 };
    return phases;
  }
}

export interface TimedPhases {
  readonly dnsMs: number;
  readonly connectMs: number;
  readonly tlsMs: number;
  readonly sendMs: number;
  readonly waitMs: number;
  readonly receiveMs: number;
}
