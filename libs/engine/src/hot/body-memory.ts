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
    if (this.sinceBytes + length > this.periodBytes) this.collectIfItPays();
    this.sinceBytes += length;
    return Buffer.allocUnsafeSlow(length);
  }

  /**
   * With much alive a collection frees little: it waits until as much again may have died. What lives is read here, a
   * whole period after the last collection, because V8 frees what it found dead on another thread, which may be late.
   */
  private collectIfItPays(): void {
    this.collector ??= this.makeCollector?.();
    const liveBytes = (this.collector?.bufferBytes() ?? 0) - this.sinceBytes;
    if (liveBytes > this.sinceBytes) {
      this.periodBytes = liveBytes;
      return;
    }
    this.collector?.collect();
    this.sinceBytes = 0;
    this.periodBytes = leastPeriodBytes;
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
