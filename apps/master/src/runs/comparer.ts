/**
 * Compares stored runs. With many names that takes seconds of a core, in which a master could not listen to its workers;
 * so it does it in a thread of its own.
 */
import { Worker } from 'node:worker_threads';
import { compareStored, type LabelledRun } from '@loadstar/report';
import type { CompareOptions, Comparison } from '@loadstar/stats';

export type Comparer = (baseline: LabelledRun, candidate: LabelledRun, options?: CompareOptions) => Promise<Comparison>;

/** What the thread is given; of a run only what is compared. */
export interface CompareJob {
  readonly baseline: LabelledRun;
  readonly candidate: LabelledRun;
  readonly options: CompareOptions;
}

/** In the caller's own thread. */
export const compareHere: Comparer = (baseline, candidate, options) =>
  Promise.resolve(compareStored(baseline, candidate, options));

/** @param script file of `compare-thread` */
export function compareInThread(script: string): Comparer {
  return (baseline, candidate, options = {}) =>
    new Promise((resolve, reject) => {
      const workerData: CompareJob = { baseline: compared(baseline), candidate: compared(candidate), options };
      const worker = new Worker(script, { workerData });
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', (code) => reject(new Error(`the thread that compares ended with ${code}`)));
    });
}

/** Without what has methods, which no thread can be given. */
function compared({ label, run }: LabelledRun): LabelledRun {
  return { label, run: { summary: run.summary, details: { slices: run.details.slices } } };
}
