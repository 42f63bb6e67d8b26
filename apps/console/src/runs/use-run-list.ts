import { useCallback, useEffect, useState } from 'react';
import type { ApiProblem } from '../api/problem.js';
import { asProblem } from '../api/problem.js';
import { api } from '../api/client.js';
import { useAnswer } from '../api/use-answer.js';
import { askOlder, pageSize, type RunPages, withNewest } from './run-pages.js';

const lookAgainMs = 5000;
const readNewest = () => api.runs(pageSize);

/** The runs of the list: the newest of them kept up to date, older ones when `more` is called. */
export function useRunList(): { pages?: RunPages; problem?: ApiProblem; more: () => void } {
  const { value, problem: newestProblem } = useAnswer(readNewest, lookAgainMs);
  const [pages, setPages] = useState<RunPages>();
  const [olderProblem, setOlderProblem] = useState<ApiProblem>();
  useEffect(() => {
    if (value) setPages((known) => withNewest(known, value));
  }, [value]);
  const last = pages?.runs.at(-1)?.id;
  const more = useCallback(() => {
    if (last === undefined) return;
    const read = async () => {
      const change = await askOlder(api.runs, last);
      setOlderProblem(undefined);
      setPages((known) => known && change(known));
    };
    read().catch((error: unknown) => setOlderProblem(asProblem(error)));
  }, [last]);
  const problem = olderProblem ?? newestProblem;
  return { more, ...(pages ? { pages } : {}), ...(problem ? { problem } : {}) };
}
