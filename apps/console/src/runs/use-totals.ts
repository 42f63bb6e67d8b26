import { useEffect, useState } from 'react';
import { api } from '../api/client.js';
import type { Run, RunTotals } from '../api/extras.js';
import { isActive } from '../live/run-phase.js';

/** Numbers of runs that are over do not change any more, so they are asked for once in the life of the page. */
const known = new Map<string, RunTotals>();
/** A list of hundreds is not worth hundreds of questions. */
const mostAsked = 40;

/** Totals by id of run: from the list itself where the master sends them, else asked one after the other. */
export function useTotals(runs: readonly Run[]): ReadonlyMap<string, RunTotals> {
  const [totals, setTotals] = useState<ReadonlyMap<string, RunTotals>>(() => new Map(known));
  const wanted = runs
    .filter((run) => run.totals === undefined && !isActive(run.state))
    .slice(0, mostAsked)
    .map((run) => run.id)
    .join(' ');
  useEffect(() => {
    let over = false;
    const ask = async () => {
      for (const id of wanted.split(' ').filter((entry) => entry !== '' && !known.has(entry))) {
        if (over) return;
        // One that cannot be read has no numbers in the list; its own page says why.
        const stats = await api.stats(id).catch(() => undefined);
        if (!stats) continue;
        const { requests, failures, p95Ms } = stats.total;
        known.set(id, { requests, failures, p95Ms });
        setTotals(new Map(known));
      }
    };
    void ask();
    return () => {
      over = true;
    };
  }, [wanted]);
  return totals;
}
