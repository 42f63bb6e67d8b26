// An independent account of what arrived: tests compare it with what the platform says it has sent.
import type { Clock } from '@loadstar/shared';
import { SequenceSet } from './sequence-set.js';

/** Most runs remembered; the one heard of first is forgotten first. */
const mostRuns = 64;
/** Most workers told apart in one run; requests of further ones are counted as `unattributed`. */
const mostWorkers = 1024;
const slotMs = 100;
/** Most slots of a rate: one hour. Later requests are counted, but not in the rate. */
const mostSlots = 36_000;
const longestId = 100;

interface WorkerAccount {
  readonly sequences: SequenceSet;
  requests: number;
  /** Requests per 100 ms since the run's first request. */
  readonly rate: number[];
}

interface RunAccount {
  readonly workers: Map<string, WorkerAccount>;
  readonly firstWallMs: number;
  readonly firstMs: number;
  requests: number;
  /** Requests without a usable worker or sequence. */
  unattributed: number;
}

export interface Testimony {
  readonly run: string | undefined;
  readonly worker: string | undefined;
  readonly sequence: string | undefined;
}

export class Witness {
  private readonly runs = new Map<string, RunAccount>();

  constructor(private readonly clock: Clock) {}

  /** Notes one request; one without a run is none of its business. */
  note({ run, worker, sequence }: Testimony): void {
    if (run === undefined || run === '' || run.length > longestId) return;
    const account = this.runs.get(run) ?? this.newRun(run);
    account.requests++;
    const workerAccount = this.workerOf(account, worker);
    if (!workerAccount || sequence === undefined || !/^\d{1,15}$/.test(sequence)) {
      account.unattributed++;
      return;
    }
    workerAccount.requests++;
    workerAccount.sequences.add(Number(sequence));
    const slot = Math.floor((this.clock.nowMs() - account.firstMs) / slotMs);
    if (slot >= mostSlots) return;
    for (let i = workerAccount.rate.length; i <= slot; i++) workerAccount.rate.push(0);
    workerAccount.rate[slot] = (workerAccount.rate[slot] ?? 0) + 1;
  }

  list() {
    return {
      runs: [...this.runs].map(([run, { requests, workers, firstWallMs }]) => ({
        run,
        requests,
        workers: workers.size,
        first_seen: new Date(firstWallMs).toISOString(),
      })),
    };
  }

  /** @returns undefined for a run it has not seen */
  describe(run: string) {
    const account = this.runs.get(run);
    if (!account) return undefined;
    return {
      run,
      requests: account.requests,
      unattributed: account.unattributed,
      first_seen: new Date(account.firstWallMs).toISOString(),
      slot_ms: slotMs,
      workers: [...account.workers].map(([worker, { sequences, requests, rate }]) => ({
        worker,
        requests,
        ...sequences.describe(),
        rate: [...rate],
      })),
    };
  }

  clear(): void {
    this.runs.clear();
  }

  private newRun(run: string): RunAccount {
    const oldest = this.runs.keys().next();
    if (this.runs.size >= mostRuns && !oldest.done) this.runs.delete(oldest.value);
    const account = {
      workers: new Map(),
      firstWallMs: this.clock.wallMs(),
      firstMs: this.clock.nowMs(),
      requests: 0,
      unattributed: 0,
    };
    this.runs.set(run, account);
    return account;
  }

  private workerOf({ workers }: RunAccount, name: string | undefined): WorkerAccount | undefined {
    if (name === undefined || name === '' || name.length > longestId) return undefined;
    const known = workers.get(name);
    if (known || workers.size >= mostWorkers) return known;
    const account = { sequences: new SequenceSet(), requests: 0, rate: [] };
    workers.set(name, account);
    return account;
  }
}
