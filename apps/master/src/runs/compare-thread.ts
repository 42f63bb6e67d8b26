/** The thread in which a master compares runs: one job, one answer. */
import { parentPort, workerData } from 'node:worker_threads';
import { compareStored } from '@loadstar/report';
import type { CompareJob } from './comparer.js';

const { baseline, candidate, options } = workerData as CompareJob;
parentPort?.postMessage(compareStored(baseline, candidate, options));
