const mostAttempts = 8;

/**
 * Does something again while the platform says that this machine starved its load generators: then it has nothing to say
 * of the target, and says so. Any other outcome is the answer, and so is the last attempt's.
 */
export async function onceCalm<T>(work: () => Promise<T>, outputOf: (result: T) => string): Promise<T> {
  for (let left = mostAttempts; ; left--) {
    const result = await work();
    if (left <= 1 || !/worker \S+ was overloaded: /.test(outputOf(result))) return result;
  }
}
