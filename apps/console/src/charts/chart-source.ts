// Columns of numbers over the seconds of a run: what a chart draws, wherever they come from.

/** One value a second; null where there is none, which is drawn as a gap. */
export type Column = (number | null)[];

export interface ChartSource {
  /** Whole seconds since the start of the run, without holes. */
  readonly seconds: number[];
  /** The column of this name, as long as `seconds`; empty when there is none. */
  column(name: string): Column;
}
