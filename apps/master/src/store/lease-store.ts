/**
 * The port behind which masters of one store agree on who leads. Nothing in it is a time: whoever wants to lead watches
 * whether `beat` still moves, on a clock of its own, so that no two clocks are ever compared.
 */
export interface LeaseView {
  /** Of the master that leads, or led last; 0 when there was none. Every later master has a higher one. */
  readonly epoch: number;
  /** Grows with every renewal. */
  readonly beat: number;
  /** What the leader calls itself; undefined when it has stepped down, or there was none. */
  readonly holder: string | undefined;
  /** Where others reach the leader. */
  readonly url: string | undefined;
  /**
   * Secret of this term, known to those who can read the store alone: by it masters of one store know each other. Workers,
   * and what runs on them, know the join token but not the store.
   */
  readonly key: string | undefined;
}

/** Who asks for the lease, and what it will be known by. */
export interface LeaseClaim {
  readonly holder: string;
  readonly url: string;
  /** New for every claim. */
  readonly key: string;
}

export abstract class LeaseStore {
  abstract read(): Promise<LeaseView>;
  /**
   * Takes the lease if it is still as it was seen.
   * @returns the epoch of the new leader, above all earlier ones; undefined when somebody else was quicker
   */
  abstract take(claim: LeaseClaim, seen: LeaseView): Promise<number | undefined>;
  /** @returns whether `epoch` still leads */
  abstract renew(epoch: number, url: string): Promise<boolean>;
  /** Steps down, so that nobody has to wait for the lease to run out; harmless when another one leads. */
  abstract release(epoch: number): Promise<void>;
}
