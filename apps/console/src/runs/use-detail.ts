// A long run comes in few points; where somebody looks closer, the finer ones are asked for and take their place.
import { useEffect, useState } from 'react';
import { api } from '../api/client.js';
import { type ChartWindow, rangeOf } from '../charts/chart-window.js';
import type { LiveSnapshot } from '../live/live-model.js';
import type { SeriesStore } from '../live/series-store.js';

/** A chart has about as many pixels; so many seconds are asked for one by one. */
const mostSeconds = 2_000;
const mostPoints = 1_000;

/** Seconds that one point stands for, for a stretch of so many. */
export function stepFor(seconds: number): number {
  return seconds <= mostSeconds ? 1 : Math.ceil(seconds / mostPoints);
}

export interface Stretch {
  from: number;
  to: number;
  step: number;
}

/** What to ask for to draw a window well; undefined when what is there is fine enough. */
export function detailFor(series: SeriesStore, window: ChartWindow): Stretch | undefined {
  const [from, to] = rangeOf(window, series.seconds[0], series.lastSecond).map(Math.floor) as [number, number];
  const step = stepFor(to - from);
  const coarsest = series.coarsest(from, to);
  if (coarsest <= 1 || (step > 1 && coarsest < 3 * step)) return undefined;
  const [begin, end] = series.whole(from, to);
  return { from: begin, to: end - 1, step };
}

/**
 * Has the window drawn as fine as can be seen.
 *
 * @returns a number that changes whenever finer points have come
 */
export function useDetail(runs: readonly LiveSnapshot[], window: ChartWindow): number {
  const [version, setVersion] = useState(0);
  // The same question as long as nobody looks elsewhere and no series began anew.
  const question = runs.map(({ run, series }) => `${run?.id} ${series.clears} ${series.length > 0}`).join();
  const [first] = runs;
  useEffect(() => {
    let over = false;
    for (const { run, series } of runs) {
      const wanted = detailFor(series, window);
      if (!run || !wanted) continue;
      const { clears } = series;
      const take = async () => {
        const points = await api.series(run.id, wanted);
        if (over || series.clears !== clears) return;
        series.refine(points);
        setVersion((count) => count + 1);
      };
      // Without an answer the coarse points stay, which are true as well.
      take().catch(() => {});
    }
    return () => {
      over = true;
    };
    // `runs` is another list with every frame; `question` says whether it means another one, the store whose it is.
  }, [question, first?.series, window]);
  return version;
}
