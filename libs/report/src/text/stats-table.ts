/** The statistics table for a terminal, for the summary at the end and for the live view of a run. */
import type { StatsRow } from '@loadstar/shared';
import type { SummaryRow } from '@loadstar/stats';
import { formatCount, formatNumber } from '../format/numbers.js';
import { fit } from './clean.js';
import { coloursOf } from './colours.js';
import { type Column, renderTable } from './table.js';

export interface TextOptions {
  /** Whether to use colours; default false. */
  colour?: boolean | undefined;
  /** Columns of the terminal; default 100, at least 40. */
  width?: number | undefined;
}

interface Line {
  method: string;
  name: string;
  requests: number;
  failures: number;
  rps: number;
  averageMs: number;
  minMs: number;
  maxMs: number;
  p50Ms: number;
  p95Ms: number;
  p99Ms: number;
}

/** Rows of the run so far, with current rates. */
export function renderLiveTable(rows: readonly StatsRow[], total: StatsRow, options: TextOptions = {}): string {
  const line = (row: StatsRow): Line => ({ ...row, rps: row.currentRps });
  return renderLines([...rows.map(line), line(total)], options);
}

/** Rows of a finished run, with rates over the whole of it. */
export function renderSummaryTable(rows: readonly SummaryRow[], total: SummaryRow, options: TextOptions = {}): string {
  const line = ({ method, name, requests, failures, requestsPerSecond, response }: SummaryRow): Line => ({
    method,
    name,
    requests,
    failures,
    rps: requestsPerSecond,
    averageMs: response.averageMs,
    minMs: response.minMs,
    maxMs: response.maxMs,
    p50Ms: response.percentiles.p50,
    p95Ms: response.percentiles.p95,
    p99Ms: response.percentiles.p99,
  });
  return renderLines([...rows.map(line), line(total)], options);
}

/** Columns that a text is laid out for. */
export function widthOf({ width = 100 }: TextOptions): number {
  return Math.max(40, Math.floor(width));
}

function renderLines(lines: readonly Line[], options: TextOptions): string {
  const colours = coloursOf(options.colour ?? false);
  const last = lines.at(-1);
  const ms =
    (of: (line: Line) => number): ((line: Line) => string) =>
    (line) =>
      line.requests === 0 ? '-' : formatNumber(of(line));
  const columns: Column<Line>[] = [
    { head: 'reqs', cell: ({ requests }) => formatCount(requests) },
    {
      head: 'fails',
      cell: ({ failures }) => formatCount(failures),
      paint: (text, { failures }) => (failures > 0 ? colours.red(text) : colours.dim(text)),
    },
    { head: 'req/s', cell: ({ rps }) => formatNumber(rps), rank: 2 },
    { head: 'avg', cell: ms(({ averageMs }) => averageMs), rank: 5 },
    { head: 'min', cell: ms(({ minMs }) => minMs), rank: 7 },
    { head: 'med', cell: ms(({ p50Ms }) => p50Ms), rank: 3 },
    { head: 'p95', cell: ms(({ p95Ms }) => p95Ms), rank: 1 },
    { head: 'p99', cell: ms(({ p99Ms }) => p99Ms), rank: 4 },
    { head: 'max', cell: ms(({ maxMs }) => maxMs), rank: 6 },
  ];
  const first = {
    head: 'request (times in ms)',
    least: 21,
    cell: (line: Line, width: number): string => {
      const text = fit(`${line.method} ${line.name}`, width);
      return line === last ? colours.bold(text) : text;
    },
  };
  return renderTable(lines, first, columns, { width: widthOf(options), colours });
}
