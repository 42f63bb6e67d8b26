// Columns of numbers over the seconds of a run: what a chart draws, wherever they come from.

/** One value an entry; null where there is none, which is drawn as a gap. */
export type Column = (number | null)[];

export interface ChartSource {
  /** Where each entry begins, whole seconds since the start of the run; not all of them are equally far apart. */
  readonly seconds: number[];
  /** Seconds that each entry stands for; left out: one. */
  readonly spans?: readonly number[];
  /** The column of this name, as long as `seconds`; empty when there is none. */
  column(name: string): Column;
}
