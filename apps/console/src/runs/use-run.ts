import { useCallback, useEffect, useMemo, useState } from 'react';
import { api, type ConsoleConfig } from '../api/client.js';
import { useAnswer } from '../api/use-answer.js';
import { isActive } from '../live/run-phase.js';
import { type PastRun, snapshotOf } from './past-run.js';

const stillActiveMs = 2000;

/** Everything about one run, asked once; again every two seconds while it is not over (one that is not the newest). */
export function useRun(id: string, config: ConsoleConfig) {
  const withEvents = config.features?.events === true;
  const ask = useCallback(() => readRun(id, withEvents), [id, withEvents]);
  const [active, setActive] = useState(false);
  const { value: read, problem } = useAnswer(ask, active ? stillActiveMs : 0);
  const isGoing = isActive(read?.run.state);
  useEffect(() => setActive(isGoing), [isGoing]);
  const snapshot = useMemo(() => read && snapshotOf(read), [read]);
  return { snapshot, summary: read?.summary, problem };
}

export async function readRun(id: string, withEvents: boolean): Promise<PastRun> {
  const [run, stats, series, summary, events] = await Promise.all([
    api.run(id),
    api.stats(id),
    api.series(id),
    api.summary(id),
    withEvents ? api.events(id) : [],
  ]);
  return { run, stats, series, summary, events };
}
