import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorTable, loadstarVersion } from '@loadstar/shared';

const root = join(__dirname, '..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

/** Rows of the boundaries table as docs/architecture.md prints them. */
function boundariesTable(): string {
  const { rooms } = JSON.parse(read('boundaries.json')) as {
    rooms: Record<string, { may: Record<string, string>; nest: boolean }>;
  };
  const libs = Object.keys(rooms)
    .filter((room) => room.startsWith('libs/'))
    .map((room) => room.slice('libs/'.length));
  const cell = (room: string, lib: string): string => (room === `libs/${lib}` ? '-' : (rooms[room]?.may[lib] ?? 'no'));
  return [
    `| | ${libs.join(' | ')} | Nest |`,
    `| --- |${' --- |'.repeat(libs.length + 1)}`,
    ...Object.entries(rooms).map(
      ([room, { nest }]) => `| ${room} | ${libs.map((lib) => cell(room, lib)).join(' | ')} | ${nest ? 'yes' : 'no'} |`,
    ),
  ].join('\n');
}

describe('documents', () => {
  it('print the boundaries that lint enforces', () => {
    const page = read('docs/architecture.md');
    const printed = /<!-- boundaries:begin -->\n([^]*)\n<!-- boundaries:end -->/.exec(page)?.[1];
    expect(printed).toBe(boundariesTable());
  });

  it('list every error of the table with its status and exit code, and no other', () => {
    const rows = read('docs/reference/errors.md')
      .split('\n')
      .filter((line) => line.startsWith('| `'));
    const documented = Object.fromEntries(
      rows.map((row) => {
        const [code = '', status, exitCode] = row
          .split('|')
          .slice(1)
          .map((cell) => cell.trim().replaceAll('`', ''));
        return [code, [Number(status), Number(exitCode)]];
      }),
    );
    const declared = Object.fromEntries(
      Object.entries(errorTable).map(([code, { status, exitCode }]) => [code, [status, exitCode]]),
    );
    expect(documented).toEqual(declared);
  });

  it('and code agree about the version', () => {
    expect((JSON.parse(read('package.json')) as { version: string }).version).toBe(loadstarVersion);
  });
});
