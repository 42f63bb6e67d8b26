/**
 * Memory for long bodies. V8 sees little of a buffer's octets: left alone it first lets 64 MB of dead bodies gather and
 * then marks its whole heap, 25 times a second at 8,000 bodies of 100 kB, which took a quarter of the engine's CPU time.
 * Bodies die young as a rule, so a collection of the young generation every few megabytes frees them for a tenth of that.
 */
import { runInNewContext } from 'node:vm';
import { setFlagsFromString } from 'node:v8';

/** Octets of new bodies between two collections, if little lives. */
const leastPeriodBytes = 8_388_608;

export interface YoungCollector {
  collect(): void;
  /** Octets in buffers now. */
  bufferBytes(): number;
}

export class BodyMemory {
  private sinceBytes = 0;
  private periodBytes = leastPeriodBytes;
  private collector: YoungCollector | undefined;

  /** @param makeCollector called when a collection is due first; none: V8 collects when it sees fit */
  constructor(private readonly makeCollector?: () => YoungCollector | undefined) {}

  /** A buffer of its own for a body, its content arbitrary. @param length in octets */
  take(length: number): Buffer {
    this.sinceBytes += length;
    if (this.sinceBytes > this.periodBytes) {
      this.sinceBytes = length;
      this.collect();
    }
    return Buffer.allocUnsafeSlow(length);
  }

  private collect(): void {
    this.collector ??= this.makeCollector?.();
    if (!this.collector) return;
    this.collector.collect();
    // With much alive a collection frees little: the next one waits until as much again may have died.
    this.periodBytes = Math.max(leastPeriodBytes, this.collector.bufferBytes());
  }
}

/** V8's own collection of the young generation; undefined where it cannot be had. */
export function youngCollector(): YoungCollector | undefined {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') return undefined;
  return {
    collect: () => void collect({ type: 'minor' }),
    bufferBytes: () => process.memoryUsage().arrayBuffers,
  };
}
