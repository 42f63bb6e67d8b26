import { useCallback, useEffect, useMemo, useState } from 'react';
import { api } from '../api/client.js';
import { useAnswer } from '../api/use-answer.js';
import { isActive } from '../live/run-phase.js';
import { stepFor } from './use-detail.js';
import { type PastRun, snapshotOf } from './past-run.js';

const stillActiveMs = 2000;

/** Everything about one run, asked once; again every two seconds while it is not over (one that is not the newest). */
export function useRun(id: string) {
  const { snapshots, problem } = useRuns(id);
  return { snapshot: snapshots?.[0], problem };
}

/** The same of several. @param ids divided by spaces, because equal lists must be equal questions */
export function useRuns(ids: string) {
  const ask = useCallback(() => Promise.all(ids.split(' ').map(readRun)), [ids]);
  const [active, setActive] = useState(false);
  const { value: read, problem } = useAnswer(ask, active ? stillActiveMs : 0);
  const isGoing = read?.some(({ run }) => isActive(run.state)) === true;
  useEffect(() => setActive(isGoing), [isGoing]);
  const snapshots = useMemo(() => read?.map(snapshotOf), [read]);
  return { snapshots, problem };
}

async function readRun(id: string): Promise<PastRun> {
  const [run, stats, summary, events] = await Promise.all([
    api.run(id),
    api.stats(id),
    api.summary(id),
    api.events(id),
  ]);
  const series = await api.series(id, { step: stepFor(stats.elapsedSeconds) });
  return { run, stats, series, summary, events };
}
