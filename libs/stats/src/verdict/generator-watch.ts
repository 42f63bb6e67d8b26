/**
 * Keeps the account of how well each load generator did, second by second. A generator that is late or busy measures
 * itself, so its bad seconds are what a verdict has to know first.
 */
import type { SnapshotHeader } from '../snapshot/header.js';

/** From where on a second of a generator is not to be trusted. */
export interface GeneratorLimits {
  /** 99th percentile of event-loop delay, milliseconds. */
  readonly loopLagMs: number;
  /** Share of time that the event loop was busy, 0 to 1. */
  readonly loopUtilisation: number;
  /** How much later than it arrived an answer may have been stamped, 99th percentile, milliseconds. */
  readonly errorBoundMs: number;
  /** How late planned starts happened at worst, milliseconds. */
  readonly scheduleLagMs: number;
}

export const generatorLimits: GeneratorLimits = {
  loopLagMs: 50,
  loopUtilisation: 0.95,
  errorBoundMs: 20,
  scheduleLagMs: 100,
};

type Cause = keyof GeneratorLimits;
const causes: readonly Cause[] = ['loopLagMs', 'loopUtilisation', 'errorBoundMs', 'scheduleLagMs'];

/** How one incarnation did over a run. */
export interface GeneratorRecord {
  readonly worker: string;
  readonly incarnation: string;
  /** Seconds of load that its snapshots cover. */
  readonly seconds: number;
  /** Those in which any limit was passed. */
  readonly strainedSeconds: number;
  /** By what was passed: in how many seconds, and the greatest value. */
  readonly causes: Readonly<Record<Cause, { readonly seconds: number; readonly worst: number }>>;
  /** Run time of the first and last strained second, milliseconds; undefined when there was none. */
  readonly firstStrainedMs: number | undefined;
  readonly lastStrainedMs: number | undefined;
}

interface Account {
  worker: string;
  seconds: number;
  strained: number;
  /** Run time of its newest snapshot, milliseconds. */
  newestMs: number | undefined;
  firstMs: number | undefined;
  lastMs: number | undefined;
  causes: Record<Cause, { seconds: number; worst: number }>;
}

export class GeneratorWatch {
  private readonly accounts = new Map<string, Account>();

  constructor(private readonly limits: GeneratorLimits = generatorLimits) {}

  /** Takes note of an accepted snapshot; those before and after the load do not count. */
  observe({ worker, incarnation, elapsedMs, phase, health }: SnapshotHeader): void {
    if (phase === 'preparing' || phase === 'done') return;
    let account = this.accounts.get(incarnation);
    if (account === undefined) this.accounts.set(incarnation, (account = newAccount(worker)));
    // A starved generator reports seldom, and each of its reports is about all the seconds since the one before.
    const seconds = Math.max(1, Math.round((elapsedMs - (account.newestMs ?? elapsedMs)) / 1000));
    account.newestMs = Math.max(elapsedMs, account.newestMs ?? elapsedMs);
    account.seconds += seconds;
    let strained = false;
    for (const cause of causes) {
      const known = account.causes[cause];
      known.worst = Math.max(known.worst, health[cause]);
      if (health[cause] <= this.limits[cause]) continue;
      known.seconds += seconds;
      strained = true;
    }
    if (!strained) return;
    account.strained += seconds;
    account.firstMs ??= elapsedMs;
    account.lastMs = elapsedMs;
  }

  /** Takes over what another master had seen. */
  restore(records: readonly GeneratorRecord[]): void {
    for (const { worker, incarnation, seconds, strainedSeconds, causes: each, ...when } of records) {
      const { firstStrainedMs: firstMs, lastStrainedMs: lastMs } = when;
      this.accounts.set(incarnation, {
        worker,
        seconds,
        strained: strainedSeconds,
        newestMs: undefined,
        firstMs,
        lastMs,
        causes: structuredClone(each),
      });
    }
  }

  /** How the generators did, in the order in which they first spoke. */
  records(): GeneratorRecord[] {
    return [...this.accounts].map(([incarnation, { worker, seconds, strained, firstMs, lastMs, causes: each }]) => ({
      worker,
      incarnation,
      seconds,
      strainedSeconds: strained,
      causes: structuredClone(each),
      firstStrainedMs: firstMs,
      lastStrainedMs: lastMs,
    }));
  }
}

function newAccount(worker: string): Account {
  const none = (): { seconds: number; worst: number } => ({ seconds: 0, worst: 0 });
  return {
    worker,
    seconds: 0,
    strained: 0,
    newestMs: undefined,
    firstMs: undefined,
    lastMs: undefined,
    causes: { loopLagMs: none(), loopUtilisation: none(), errorBoundMs: none(), scheduleLagMs: none() },
  };
}

const amount = (value: number): string => String(Math.round(value * 10) / 10);

/** What strained a generator, worst cause first, in words: `its event loop was late by up to 90 ms in 12 of 60 seconds`. */
export function strainWords({ causes: each, seconds }: GeneratorRecord, limits = generatorLimits): string {
  const [worst] = causes.filter((cause) => each[cause].seconds > 0).sort((a, b) => each[b].seconds - each[a].seconds);
  if (worst === undefined) return 'it was well';
  const value = each[worst].worst;
  const words: Record<Cause, string> = {
    loopLagMs: `its event loop was late by up to ${amount(value)} ms`,
    loopUtilisation: `its event loop was busy more than ${Math.round(limits.loopUtilisation * 100)} % of the time`,
    errorBoundMs: `its times may be too long by up to ${amount(value)} ms`,
    scheduleLagMs: `it started what was planned up to ${amount(value)} ms late`,
  };
  return `${words[worst]} in ${each[worst].seconds} of ${seconds} seconds`;
}
