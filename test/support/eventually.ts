/**
 * Waits for something that takes an unknown but bounded time, by asking again: the claim fails with its own message
 * once the limit has passed, and a slow machine only makes the test slower, not red.
 */
export async function eventually<T>(claim: () => Promise<T> | T, limitMs = 60_000, pauseMs = 100): Promise<T> {
  const endMs = performance.now() + limitMs;
  for (;;) {
    try {
      return await claim();
    } catch (error) {
      if (performance.now() > endMs) throw error;
    }
    await pause(pauseMs);
  }
}

export function pause(delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, delayMs);
  });
}
