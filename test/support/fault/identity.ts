/**
 * The ledger identity: what the platform says it did against what an independent witness saw. A pure function of two
 * accounts, so that a failed night can be judged again from the two files that it left behind.
 */

/** What the witness in the target saw of one run. */
export interface WitnessAccount {
  readonly workers: readonly {
    /** Name of the engine process, `WORKER.RANDOM`. */
    readonly worker: string;
    readonly distinct: number;
    readonly duplicates: number;
    readonly unrecorded: number;
    /** Requests per `slot_ms`, from the run's first request on. */
    readonly rate: readonly number[];
  }[];
  /** Requests without a usable worker or sequence. */
  readonly unattributed: number;
  readonly slot_ms: number;
  /** When the run's first request arrived, milliseconds after the test began to count; left out: at once. */
  readonly firstMs?: number;
}

/** What the master counted of the same run. */
export interface LedgerAccount {
  /** Attempts that ended in any way. */
  readonly requests: number;
  /** Of these, attempts that failed before a byte left, so that no witness can know of them. */
  readonly unsent: number;
  /** What the run itself says that it may lack. */
  readonly unreportedAtMost: number;
}

export interface IdentityClaim {
  /** Most requests that may have arrived without being counted; 0 means exactly equal. */
  readonly lost: number;
  /** Requests that arrived twice. */
  readonly dup: number;
  /** Counted requests that never arrived. */
  readonly phantom: number;
  /** Largest `unreportedAtMost` that the run may state; it must cover what was lost in any case. Default: `lost`. */
  readonly bound?: number;
}

export interface Balance {
  readonly seen: number;
  readonly counted: number;
  readonly lost: number;
  readonly phantom: number;
  readonly dup: number;
}

export function balance(witness: WitnessAccount, ledger: LedgerAccount): Balance {
  const sum = (pick: (worker: WitnessAccount['workers'][number]) => number): number =>
    witness.workers.reduce((total, worker) => total + pick(worker), 0);
  const seen = sum(({ distinct }) => distinct);
  const counted = ledger.requests - ledger.unsent;
  return {
    seen,
    counted,
    lost: Math.max(0, seen - counted),
    phantom: Math.max(0, counted - seen),
    dup: sum(({ duplicates }) => duplicates),
  };
}

/** @returns what does not hold, in words; empty when the claim holds */
export function checkIdentity(witness: WitnessAccount, ledger: LedgerAccount, claim: IdentityClaim): string[] {
  const { seen, counted, lost, phantom, dup } = balance(witness, ledger);
  const { bound = claim.lost } = claim;
  const wrong: string[] = [];
  if (seen === 0) wrong.push('the witness saw nothing, so nothing is proved');
  if (witness.unattributed > 0) wrong.push(`${witness.unattributed} requests carried no identity`);
  if (witness.workers.some(({ unrecorded }) => unrecorded > 0)) wrong.push('the witness could not keep up');
  if (lost > claim.lost) wrong.push(`lost ${lost} (arrived ${seen}, counted ${counted}), at most ${claim.lost}`);
  if (phantom > claim.phantom) {
    wrong.push(`phantom ${phantom} (arrived ${seen}, counted ${counted}), at most ${claim.phantom}`);
  }
  if (dup > claim.dup) wrong.push(`${dup} arrived twice, at most ${claim.dup}`);
  if (ledger.unreportedAtMost < lost) {
    wrong.push(`the run says that at most ${ledger.unreportedAtMost} are unreported, but ${lost} are`);
  }
  if (ledger.unreportedAtMost > bound) {
    wrong.push(`the run says up to ${ledger.unreportedAtMost} are unreported, more than ${bound}`);
  }
  return wrong;
}

/** Requests that arrived in `[fromMs, toMs)` after the run's first, of the workers chosen. */
export function arrived(
  witness: WitnessAccount,
  fromMs: number,
  toMs: number,
  of: (worker: string) => boolean = () => true,
): number {
  const first = Math.round(fromMs / witness.slot_ms);
  const end = Math.round(toMs / witness.slot_ms);
  return witness.workers
    .filter(({ worker }) => of(worker))
    .reduce((total, { rate }) => total + rate.slice(first, end).reduce((sum, count) => sum + count, 0), 0);
}

/** The same of `[fromMs, toMs)` on the test's own clock: when it did something, not how far the run was. */
export function arrivedMeanwhile(
  witness: WitnessAccount,
  fromMs: number,
  toMs: number,
  of?: (worker: string) => boolean,
): number {
  const { firstMs = 0 } = witness;
  return arrived(witness, Math.max(0, fromMs - firstMs), Math.max(0, toMs - firstMs), of);
}

/** Most requests that arrived in any window of `windowMs`, slot by slot. */
export function highestIn(witness: WitnessAccount, windowMs: number, fromMs: number, toMs: number): number {
  let highest = 0;
  for (let atMs = fromMs; atMs + windowMs <= toMs; atMs += witness.slot_ms) {
    highest = Math.max(highest, arrived(witness, atMs, atMs + windowMs));
  }
  return highest;
}
