import { useCallback, useEffect, useState } from 'react';
import type { ApiProblem } from '../api/problem.js';
import { asProblem } from '../api/problem.js';
import { api } from '../api/client.js';
import { useAnswer } from '../api/use-answer.js';
import { pageSize, type RunPages, withNewest, withOlder } from './run-pages.js';

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
      const page = await api.runs(pageSize, last);
      setOlderProblem(undefined);
      setPages((known) => known && (known.runs.at(-1)?.id === last ? withOlder(known, page) : known));
    };
    read().catch((error: unknown) => setOlderProblem(asProblem(error)));
  }, [last]);
  const problem = olderProblem ?? newestProblem;
  return { more, ...(pages ? { pages } : {}), ...(problem ? { problem } : {}) };
}
