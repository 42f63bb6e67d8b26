import type { LogBatch } from '../messages/reports.js';
import { messageLimits } from '../messages/limits.js';

/** Characters of one batch, so that it fits a frame whatever alphabet it is in. */
const batchLength = 32 * 1024;

/** Log lines on their way to the master: bounded, the newest win, and what was left out is counted. */
export class LogShipper {
  private lines: string[] = [];
  private dropped = 0;

  add(line: string): void {
    this.lines.push(line.slice(0, messageLimits.logLineLength));
    if (this.lines.length > messageLimits.logLines) {
      this.lines.shift();
      this.dropped++;
    }
  }

  /** Takes out what fits one message; undefined when there is nothing to say. */
  next(): LogBatch | undefined {
    if (this.lines.length === 0) return undefined;
    let length = 0;
    let count = 0;
    for (const line of this.lines) {
      length += line.length;
      if (count > 0 && length > batchLength) break;
      count++;
    }
    const batch = { lines: this.lines.splice(0, count), dropped: this.dropped };
    this.dropped = 0;
    return batch;
  }
}
