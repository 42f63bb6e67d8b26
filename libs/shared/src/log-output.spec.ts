import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LogOutput } from './log-output.js';

describe('the output of log lines', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'loadstar-log-'));
    file = join(folder, 'log');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const lines = Array.from({ length: 1_000 }, (_, i) => `line ${i} ü\n`);

  it('writes every line, in order, in the background', async () => {
    const fd = openSync(file, 'w');
    const output = new LogOutput(fd);
    for (const line of lines) {
      output.write(line);
      if (line.includes('9')) await new Promise((resolve) => setImmediate(resolve));
    }
    while (readFileSync(file, 'utf8').length < lines.join('').length) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(readFileSync(file, 'utf8')).toBe(lines.join(''));
    closeSync(fd);
  });

  it('writes what is left at once when the process ends', async () => {
    const fd = openSync(file, 'w');
    const output = new LogOutput(fd);
    for (const line of lines) output.write(line);
    output.flush();
    while (readFileSync(file, 'utf8').length < lines.join('').length) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    // The first is with a thread already; the others do not wait for it.
    expect(readFileSync(file, 'utf8').split('\n').toSorted()).toEqual(lines.join('').split('\n').toSorted());
    closeSync(fd);
  });

  it('gives up a pipe that nobody reads any more', () => {
    execFileSync('mkfifo', [file]);
    const reader = openSync(file, 'r+');
    const fd = openSync(file, 'w');
    closeSync(reader);
    const output = new LogOutput(fd);
    output.write('under way\n');
    output.write('left\n');
    // Tried again for ever this would not come back.
    output.flush();
    output.write('nobody\n');
    output.flush();
    closeSync(fd);
  });

  it('waits a while for a reader that is behind, and not for ever', () => {
    execFileSync('mkfifo', [file]);
    const reader = openSync(file, 'r+');
    // O_WRONLY | O_NONBLOCK, as standard output is when it leads to another process of Node.
    const fd = openSync(file, 0o4001);
    const output = new LogOutput(fd);
    output.write('under way\n');
    output.write('x'.repeat(1_000_000));
    output.flush();
    closeSync(fd);
    closeSync(reader);
  });
});
