/** Rows as lines for a terminal and as a Markdown table. */
import type { Aim, Row } from './bench-case.js';

export const met = ({ value, aim }: Row): boolean | undefined =>
  aim === undefined || value === undefined
    ? undefined
    : value >= (aim.atLeast ?? -Infinity) && value <= (aim.atMost ?? Infinity);

const mark = (row: Row): string => ({ true: '✔', false: '✘' })[String(met(row))] ?? '';

function aimWords({ atLeast, atMost }: Aim = {}): string {
  if (atLeast !== undefined && atLeast === atMost) return `${atLeast}`;
  if (atLeast !== undefined) return `≥ ${atLeast}`;
  return atMost === undefined ? '' : `≤ ${atMost}`;
}

function figure({ value, digits = 2 }: Row): string {
  return value === undefined ? '–' : value.toFixed(digits);
}

function between({ spread, digits = 2 }: Row): string {
  return spread && spread[0] !== spread[1] ? `${spread[0].toFixed(digits)}–${spread[1].toFixed(digits)}` : '';
}

export function textOf(row: Row): string {
  const cells = [
    row.what.padEnd(46),
    figure(row).padStart(9),
    ` ${row.unit}`.padEnd(28),
    between(row).padEnd(15),
    aimWords(row.aim).padStart(7),
    ` ${mark(row)}`.padEnd(3),
  ];
  return `  ${cells.join('')} ${row.note ?? ''}`.trimEnd();
}

export function markdownOf(rows: readonly Row[]): string {
  const lines = rows.map(
    (row) =>
      `| ${row.what} | ${figure(row)} ${row.unit} | ${between(row)} | ${aimWords(row.aim)} | ${mark(row)} | ${row.note ?? ''} |`,
  );
  return ['| | measured | rounds | aim | | |', '| --- | --- | --- | --- | --- | --- |', ...lines].join('\n');
}
