import { useEffect, useState } from 'react';
import { type ApiProblem, asProblem } from './problem.js';
import { token } from './token.js';

export interface Answer<Value> {
  /** Undefined until the first answer; kept while a later question fails. */
  value?: Value;
  problem?: ApiProblem;
  again: () => void;
}

/**
 * Asks the API when the page needs it, and again at an interval, after another token, or when told to.
 *
 * @param ask must be the same function as long as the question is the same
 * @param everyMs 0 asks once
 */
export function useAnswer<Value>(ask: () => Promise<Value>, everyMs = 0): Answer<Value> {
  const [state, setState] = useState<{ ask: () => Promise<Value>; value?: Value; problem?: ApiProblem }>({ ask });
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let over = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async () => {
      try {
        const value = await ask();
        if (!over) setState({ ask, value });
      } catch (error) {
        const problem = asProblem(error);
        if (!over) setState((before) => ({ ...(before.ask === ask ? before : {}), ask, problem }));
      }
      // The next question waits for the last answer, so that a slow server is not asked faster than it can tell.
      if (!over && everyMs > 0) timer = setTimeout(() => void look(), everyMs);
    };
    void look();
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [ask, everyMs, attempt]);
  useEffect(() => token.onChange(() => setAttempt((count) => count + 1)), []);
  const again = () => setAttempt((count) => count + 1);
  // An answer to an earlier question is none to this one.
  const { value, problem } = state.ask === ask ? state : {};
  return { again, ...(value === undefined ? {} : { value }), ...(problem === undefined ? {} : { problem }) };
}
