// What a micro-benchmark is, and how an operation is timed; found by listing `micro/cases`.
import type { Row } from '../harness/bench-case.js';
import { extent, median } from '../harness/median.js';

export interface MicroCase {
  readonly name: string;
  readonly order: number;
  readonly title: string;
  run(): readonly Row[];
}

const batches = 15;
const batchMs = 60;

/**
 * Time of one operation: the median of batches of at least 60 ms each, after two for the compiler.
 * @param operation does `count` operations and returns something, so that none of them is optimised away
 */
export function timed(what: string, operation: (count: number) => unknown, note?: string): Row {
  let count = 1;
  let tookMs = 0;
  let kept: unknown;
  for (; tookMs < batchMs; count *= 2) {
    const startMs = performance.now();
    kept = operation(count);
    tookMs = performance.now() - startMs;
  }
  operation(count);
  const ns = Array.from({ length: batches }, () => {
    const startMs = performance.now();
    kept = operation(count);
    return ((performance.now() - startMs) * 1e6) / count;
  });
  if (kept === ns) throw new Error('never');
  const [unit, scale] = median(ns) < 10_000 ? (['ns', 1] as const) : (['µs', 1_000] as const);
  const scaled = ns.map((value) => value / scale);
  return { what, value: median(scaled), unit, digits: median(scaled) < 100 ? 1 : 0, spread: extent(scaled), note };
}
