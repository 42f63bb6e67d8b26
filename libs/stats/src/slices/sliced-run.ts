/** Views of a sliced run: whole slices only, parts of it, all names together, slices of another width. */
import { type Cell, emptyCell, mergeCells } from './cell.js';
import { joinPairs, type SlicedName, type SlicedRun } from './slice-store.js';

export function sliceCount({ names }: SlicedRun): number {
  return names[0]?.cells.length ?? 0;
}

/** Without a last slice that is only part of one: its counts are too small to be compared with. */
export function wholeSlices(run: SlicedRun): SlicedRun {
  const whole = Math.floor((run.endMs - run.fromMs) / run.widthMs + 0.05);
  return whole >= sliceCount(run) ? run : cutSlices(run, 0, whole);
}

/** Only the slices from `first` to before `end`. */
export function cutSlices(run: SlicedRun, first: number, end = sliceCount(run)): SlicedRun {
  return {
    widthMs: run.widthMs,
    fromMs: run.fromMs + first * run.widthMs,
    endMs: Math.min(run.endMs, run.fromMs + end * run.widthMs),
    names: run.names.map(({ method, name, cells }) => ({ method, name, cells: cells.slice(first, end) })),
  };
}

/** The same run in slices of twice the width. */
export function widened(run: SlicedRun): SlicedRun {
  return {
    ...run,
    widthMs: run.widthMs * 2,
    names: run.names.map(({ method, name, cells }) => ({ method, name, cells: joinPairs(cells) })),
  };
}

/** All names together. */
export function allNames(run: SlicedRun): SlicedName {
  const cells = Array.from({ length: sliceCount(run) }, (_, index) =>
    run.names.reduce((sum: Cell, { cells: own }) => mergeCells(sum, own[index] ?? emptyCell), emptyCell),
  );
  return { method: '', name: 'Aggregated', cells };
}
