import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { catalogue } from '../libs/protocol/src/messages/catalogue.js';
import { protocolPage } from '../scripts/docs/protocol.js';
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

/** Source files below the folders, tests left out. */
function sourceFiles(...folders: string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.includes('/src/') && file.endsWith('.ts'))
      .filter((file) => !file.endsWith('.spec.ts') && !file.includes('/testing/'))
      .map((file) => join(folder, file)),
  );
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

  it('list every setting that some process reads, and no other', () => {
    const name = /\b(?:TARGET|LOADSTAR|LOCUST)_[A-Z][A-Z_]*\b/g;
    const errorCodes = new Set(Object.keys(errorTable));
    const used = new Set(
      sourceFiles('apps', 'libs')
        .flatMap((file) => read(file).match(name) ?? [])
        .filter((word) => !errorCodes.has(word)),
    );
    const documented = new Set(read('docs/reference/configuration.md').match(name));
    expect([...documented].toSorted()).toEqual([...used].toSorted());
  });

  it('tell every message of the control channel as its schema has it (npm run docs)', () => {
    expect(read('docs/reference/protocol.md')).toBe(protocolPage());
    const declared = readdirSync(join(root, 'libs/protocol/src/messages'))
      .flatMap((file) => [...read(`libs/protocol/src/messages/${file}`).matchAll(/= messageKind<[^]*?'([^']+)'/g)])
      .map(([, name = '']) => name);
    const told = new Set(catalogue.flatMap(({ message, answer }) => [message.name, answer?.name ?? message.name]));
    expect([...told].toSorted()).toEqual([...new Set(declared)].toSorted());
  });

  it('and code agree about the version', () => {
    expect((JSON.parse(read('package.json')) as { version: string }).version).toBe(loadstarVersion);
  });
});
