/** The timings of the control plane (reasons: docs/architecture.md, "Timings"). All of monotonic clocks, milliseconds. */
export interface ControlTimings {
  /** Between two beats of a worker. */
  readonly beatMs: number;
  /** Silence after which the master suspects a worker, and after which it counts it as lost. */
  readonly suspectMs: number;
  readonly lostMs: number;
  /**
   * Time since its last confirmed beat after which a worker begins no iteration any more, in runs whose load is given to
   * others when a worker is lost. Shorter than `lostMs`, so that two never carry one share.
   */
  readonly fenceMs: number;
  /** Silence of the master after which a worker ends its load softly, and after which at once. */
  readonly drainMs: number;
  readonly stopMs: number;
  /** How long the master waits for the answer to an ordinary command. */
  readonly commandMs: number;
  /** How long it remembers a lost worker. */
  readonly forgetMs: number;
}

export const defaultTimings: ControlTimings = {
  beatMs: 1_000,
  suspectMs: 3_000,
  lostMs: 10_000,
  fenceMs: 8_000,
  drainMs: 30_000,
  stopMs: 60_000,
  commandMs: 5_000,
  forgetMs: 600_000,
};
