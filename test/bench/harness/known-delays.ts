/**
 * What the server with known delays answers after: around these times, by up to a quarter more or less, so that answers to
 * requests that were sent together do not come back together. The percentiles that are compared (50, 95, 99, 99.9) stand clear of the
 * jumps at 85, 96 and 99.5 %, where a handful of requests would decide about 40 ms.
 */
export const delays: readonly { readonly ms: number; readonly share: number }[] = [
  { ms: 2, share: 0.85 },
  { ms: 10, share: 0.11 },
  { ms: 50, share: 0.035 },
  { ms: 200, share: 0.005 },
];

export const spread = 0.25;

export const meanDelayMs = delays.reduce((sum, { ms, share }) => sum + ms * share, 0);
