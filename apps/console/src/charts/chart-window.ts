// Which stretch of the run all charts show: following the newest second, or held where somebody zoomed in.

export type ChartWindow = { kind: 'follow'; seconds: number | null } | { kind: 'fixed'; from: number; to: number };

/** Stretches that the reader can choose, seconds; null is the whole run. */
export const stretches: readonly { label: string; seconds: number | null }[] = [
  { label: '1 min', seconds: 60 },
  { label: '5 min', seconds: 300 },
  { label: '15 min', seconds: 900 },
  { label: 'All', seconds: null },
];

/** A young run fills the charts from the left instead of stretching its first seconds over the whole width. */
const shortest = 30;

/** First and last second to draw. */
export function rangeOf(window: ChartWindow, first: number | undefined, last: number | undefined): [number, number] {
  if (window.kind === 'fixed') return [window.from, window.to];
  const begin = first ?? 0;
  const end = last ?? begin;
  const from = window.seconds === null ? begin : Math.max(begin, end - window.seconds);
  return [from, Math.max(end, from + Math.min(window.seconds ?? shortest, shortest))];
}

/** A zoom to what was dragged over; too narrow a stretch is a click and changes nothing. */
export function zoomTo(from: number, to: number): ChartWindow | undefined {
  const low = Math.min(from, to);
  const high = Math.max(from, to);
  return high - low >= 2 ? { kind: 'fixed', from: low, to: high } : undefined;
}
