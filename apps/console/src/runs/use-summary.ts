import { useCallback } from 'react';
import { api } from '../api/client.js';
import type { Summary } from '../api/summary.js';
import { useAnswer } from '../api/use-answer.js';
import type { LiveSnapshot } from '../live/live-model.js';
import { isActive } from '../live/run-phase.js';

const lookAgainMs = 3000;
/** The summary tells of every name; of very many it is asked for more seldom. */
const manyNames = 300;

/** The summary of the run that is shown: asked again while numbers come in, and once more when the run is over. */
export function useSummary({ run, stats }: LiveSnapshot): Summary | undefined {
  const id = run?.id;
  const active = isActive(run?.state);
  const ask = useCallback(async () => (id === undefined ? undefined : api.summary(id)), [id]);
  const everyMs = (stats?.rows.length ?? 0) > manyNames ? 10 * lookAgainMs : lookAgainMs;
  // Another interval asks anew, so the end of a run is a question of its own.
  return useAnswer(ask, active ? everyMs : 0).value;
}
