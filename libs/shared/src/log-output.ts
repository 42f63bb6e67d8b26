/**
 * Where log lines go. Not the logging library's own way there: at the end of a process that one tries for ever to write
 * to a pipe that nobody reads any more (sonic-boom 4.2, `flushSync`), so that a process whose supervisor was killed with
 * a line still to be written stood there until `kill -9`.
 */
import { write, writeSync } from 'node:fs';
import { systemClock } from './clock/system-clock.js';

/** How long a reader that is behind is left alone before the next attempt, milliseconds. */
const retryMs = 100;
/** How long the end of the process waits for a reader that is behind, milliseconds. */
const patienceMs = 1_000;
/** Characters that wait for a reader; what comes beyond is dropped. */
const mostWaiting = 10_000_000;

const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
const isBehind = (error: unknown): boolean => codeOf(error) === 'EAGAIN';

/** Writes in the background, because whoever reads slowly must not hold up the process; the rest when it ends. */
export class LogOutput {
  private readonly waiting: string[] = [];
  private waitingLength = 0;
  private current: Buffer | undefined;
  private isUnderWay = false;
  private isBroken = false;

  constructor(private readonly fd: number) {}

  /** Takes lines, each with its end. Never throws. */
  write(lines: string): void {
    if (this.isBroken || this.waitingLength + lines.length > mostWaiting) return;
    this.waiting.push(lines);
    this.waitingLength += lines.length;
    if (!this.current) this.next();
  }

  /** Writes what is left without going back to the event loop, as far as it can be written at all. */
  flush(): void {
    // What is under way is finished by its thread before the process is gone.
    const rest = this.isUnderWay ? [] : [this.current ?? Buffer.alloc(0)];
    this.current = undefined;
    let bytes = Buffer.concat([...rest, Buffer.from(this.take())]);
    const endMs = systemClock.nowMs() + patienceMs;
    while (bytes.length > 0 && !this.isBroken) {
      try {
        bytes = bytes.subarray(writeSync(this.fd, bytes));
      } catch (error) {
        this.isBroken = !isBehind(error) || systemClock.nowMs() > endMs;
        if (!this.isBroken) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, retryMs);
      }
    }
  }

  private take(): string {
    this.waitingLength = 0;
    return this.waiting.splice(0).join('');
  }

  private next(): void {
    const bytes = Buffer.from(this.take());
    this.current = bytes.length > 0 ? bytes : undefined;
    if (this.current) this.pump(this.current);
  }

  private pump(bytes: Buffer): void {
    this.isUnderWay = true;
    write(this.fd, bytes, (error, count) => {
      this.isUnderWay = false;
      if (!error) {
        this.current = bytes.subarray(count);
        if (this.current.length > 0) this.pump(this.current);
        else this.next();
      } else if (isBehind(error))
        systemClock.setTimeout(() => this.current && this.pump(this.current), retryMs).unref();
      else {
        this.isBroken = true;
        this.current = undefined;
        this.take();
      }
    });
  }
}
