// Writes the parts of docs/ that are derived from data: the boundaries table, the error reference and the master's metrics.
// Run after an edit of boundaries.json, the error table or the metric table (npm run docs); tests fail when it was forgotten.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { transform } from 'esbuild';

const root = join(import.meta.dirname, '..');
const read = (file) => readFileSync(join(root, file), 'utf8');

const { rooms } = JSON.parse(read('boundaries.json'));
const libs = Object.keys(rooms)
  .filter((room) => room.startsWith('libs/'))
  .map((room) => room.slice(5));
const cell = (room, lib) => (room === `libs/${lib}` ? '-' : (rooms[room].may[lib] ?? 'no'));
const table = [
  `| | ${libs.join(' | ')} | Nest |`,
  `| --- |${' --- |'.repeat(libs.length + 1)}`,
  ...Object.entries(rooms).map(
    ([room, { nest }]) => `| ${room} | ${libs.map((lib) => cell(room, lib)).join(' | ')} | ${nest ? 'yes' : 'no'} |`,
  ),
].join('\n');
const page = read('docs/architecture.md');
writeFileSync(
  join(root, 'docs/architecture.md'),
  page.replace(
    /(<!-- boundaries:begin -->\n)[^]*?(<!-- boundaries:end -->)/,
    (_all, begin, end) => `${begin}${table}\n${end}`,
  ),
);

const { code } = await transform(read('libs/shared/src/errors/table.ts'), { loader: 'ts', format: 'esm' });
const { errorTable } = await import(`data:text/javascript,${encodeURIComponent(code)}`);
const rows = Object.entries(errorTable).map(
  ([name, { status, exitCode, message, hint, retryable }]) =>
    `| \`${name}\` | ${status} | ${exitCode} | ${message} | ${hint} | ${retryable ? 'yes' : 'no'} |`,
);
writeFileSync(
  join(root, 'docs/reference/errors.md'),
  `# Errors

Every error that a user can meet. Match on the code, never on the message. REST sends them as problem documents
(RFC 9457) with \`code\`, \`detail\`, \`hint\` and, for bad input, \`errors\` naming each field; the command line prints the
same words and ends with the exit code.

| Code | HTTP status | Exit code | What happened | What to do | Worth retrying as it is |
| --- | --- | --- | --- | --- | --- |
${rows.join('\n')}
`,
);

const metrics = await transform(read('libs/shared/src/metric-names.ts'), { loader: 'ts', format: 'esm' });
const { metricTable } = await import(`data:text/javascript,${encodeURIComponent(metrics.code)}`);
const metricRows = Object.entries(metricTable).map(
  ([name, { type, labels, help }]) => `| \`${name}\` | ${type} | ${labels.join(', ')} | ${help} |`,
);
writeFileSync(
  join(root, 'docs/reference/metrics.md'),
  read('docs/reference/metrics.md').replace(
    /(<!-- metrics:begin -->\n)[^]*?(<!-- metrics:end -->)/,
    (_all, begin, end) =>
      `${begin}| Metric | Type | Labels | What it is |\n| --- | --- | --- | --- |\n${metricRows.join('\n')}\n${end}`,
  ),
);
