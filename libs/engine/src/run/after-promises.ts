/** Calls back in this turn of the event loop, when all that waits for promises has run, and all that this has resolved. */
export function afterPromises(callback: () => void): void {
  // Node empties the queue of promises before it looks for ticks that were asked for while it did.
  queueMicrotask(() => process.nextTick(callback));
}
