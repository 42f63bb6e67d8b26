import { useCallback, useState } from 'react';
import { asProblem } from '../api/problem.js';
import { toastStore } from './toast-store.js';

/** Runs one call at a time for a button: busy while it lasts, a message when it is done or has failed. */
export function useAction(work: () => Promise<void>, done?: string): [run: () => void, busy: boolean] {
  const [busy, setBusy] = useState(false);
  const run = useCallback(() => {
    setBusy(true);
    work()
      .then(() => done && toastStore.show('good', done))
      .catch((error: unknown) => {
        const problem = asProblem(error);
        toastStore.show('bad', problem.message, problem.hint);
      })
      .finally(() => setBusy(false));
  }, [work, done]);
  return [run, busy];
}
