/**
 * A thousand workers are told things a few at a time. What costs the master is not that it tells them but that they all
 * answer at once: between two of these handfuls it does whatever else is due.
 */
import { type Clock, sleep } from '@loadstar/shared';

const handful = 50;
const pauseMs = 10;

/**
 * Begins work on every item, the first handful at once.
 * @param isWanted whether to go on; the rest is left out when not
 * @returns what came of it, in order
 * @throws whatever one of them throws first; no further work is begun then
 */
export async function paced<Item, Result>(
  clock: Clock,
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
  isWanted: () => boolean = () => true,
): Promise<Result[]> {
  const under: Promise<Result>[] = [];
  let hasFailed = false;
  for (let from = 0; from < items.length && !hasFailed && isWanted(); from += handful) {
    if (from > 0) await sleep(clock, pauseMs);
    if (hasFailed || !isWanted()) break;
    for (const item of items.slice(from, from + handful)) {
      const one = work(item);
      one.catch(() => (hasFailed = true));
      under.push(one);
    }
  }
  return Promise.all(under);
}
