import type { Clock } from '@loadstar/shared';

/** Waits for a promise, but no longer than `limitMs`. Leaves no timer behind. */
export async function within(clock: Clock, limitMs: number, promise: Promise<void>): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const timer = clock.setTimeout(resolve, limitMs);
    const settle = (end: () => void): void => {
      timer.cancel();
      end();
    };
    promise.then(
      () => settle(resolve),
      (error: unknown) => settle(() => reject(error instanceof Error ? error : new Error(String(error)))),
    );
  });
}
