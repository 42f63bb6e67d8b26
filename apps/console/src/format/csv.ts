// Rows as a CSV file (RFC 4180), with the names of the fields as head.

/** @param rows all with the fields of the first */
export function csvOf(rows: readonly object[]): string {
  const fields = Object.keys(rows[0] ?? {});
  const lines = rows.map((row) => {
    const values = new Map<string, unknown>(Object.entries(row));
    return fields.map((field) => cellOf(values.get(field))).join(',');
  });
  return [fields.join(','), ...lines].map((line) => `${line}\r\n`).join('');
}

function cellOf(value: unknown): string {
  if (typeof value === 'number') return String(value);
  const text = typeof value === 'string' ? value : '';
  // A spreadsheet would take these for formulas; names come from scenarios and answers of strangers.
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
