// How simulated work is written: `50-100` draws evenly between two bounds, `5` is always the same, `0` is none.

/** Bounds of a delay in milliseconds, both included. */
export interface DelayRange {
  readonly minMs: number;
  readonly maxMs: number;
}

/** Longest delay that may be asked for, so that a typing error cannot hold a connection for hours. */
export const longestDelayMs = 60_000;

export const delayForm = `milliseconds 0..${longestDelayMs}, as one number or a range such as 50-100`;

/** @returns undefined when the text has another form or is out of bounds */
export function parseDelayRange(text: string): DelayRange | undefined {
  const match = /^(\d{1,6})(?:-(\d{1,6}))?$/.exec(text.trim());
  if (!match) return undefined;
  const minMs = Number(match[1]);
  const maxMs = Number(match[2] ?? match[1]);
  return minMs <= maxMs && maxMs <= longestDelayMs ? { minMs, maxMs } : undefined;
}
