/**
 * CSV as RFC 4180 has it. Texts that a spreadsheet would take for a formula are disarmed with an apostrophe: names and
 * error texts come from targets, and a report must not run code where it is opened (CWE-1236).
 */
export type Cell = string | number;

const formulaStart = /^[=+\-@\t\r]/;

export function csvLines(header: readonly string[], rows: Iterable<readonly Cell[]>): string {
  let text = `${header.map(cell).join(',')}\r\n`;
  for (const row of rows) text += `${row.map(cell).join(',')}\r\n`;
  return text;
}

function cell(value: Cell): string {
  if (typeof value === 'number') return String(value);
  const safe = formulaStart.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
}
