/**
 * The hot path's clock: `performance.now` itself instead of the Clock port, because an exchange reads it twice and the
 * port would cost as much again. The system clock reads the same source, so both can be compared.
 */
const { performance } = globalThis;

/** Monotonic time in milliseconds with a fraction. */
export const preciseNow: () => number = performance.now.bind(performance);
