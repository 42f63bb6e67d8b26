import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Row } from './bench-case.js';
import { writeText } from './document.js';
import { stallResponseMs } from './stall-theory.js';
import { markdownOf, met, textOf } from './table.js';

const row = (changes: Partial<Row>): Row => ({ what: 'it', value: 1, unit: 'x', ...changes });

it('judges a figure by its aim, and not at all without one or the other', () => {
  expect(met(row({ aim: { atLeast: 1 } }))).toBe(true);
  expect(met(row({ value: 0.999, aim: { atLeast: 1 } }))).toBe(false);
  expect(met(row({ aim: { atMost: 0.5 } }))).toBe(false);
  expect(met(row({ value: 0, aim: { atLeast: 0, atMost: 0 } }))).toBe(true);
  expect([met(row({})), met(row({ value: undefined, aim: { atLeast: 1 } }))]).toEqual([undefined, undefined]);
});

it('tells aim and verdict beside the figure, and why there is none', () => {
  expect(textOf(row({ value: 0.5, aim: { atLeast: 0.6 } }))).toMatch(/0\.50 x .*≥ 0\.6 ✘/);
  expect(textOf(row({ value: undefined, note: 'not installed: apt-get install wrk' }))).toContain('– x');
  expect(markdownOf([row({ aim: { atMost: 2 }, spread: [0.9, 1.1] })])).toContain(
    '| it | 1.00 x | 0.90–1.10 | ≤ 2 | ✔ |  |',
  );
});

it('rewrites its own section of a document, adds what is not there yet, and leaves the rest', () => {
  const folder = mkdtempSync(join(tmpdir(), 'loadstar-document-'));
  const file = join(folder, 'page.md');
  try {
    writeFileSync(file, '# Page\n\n<!-- bench:a -->\nold\n<!-- /bench:a -->\n\n<!-- bench:more -->\n\nEnd\n');
    writeText(file, 'a', 'new');
    writeText(file, 'b', '$& is no pattern');
    writeText(file, 'a', 'newer');
    expect(readFileSync(file, 'utf8')).toBe(
      '# Page\n\n<!-- bench:a -->\n\nnewer\n\n<!-- /bench:a -->\n\n<!-- bench:b -->\n\n$& is no pattern\n\n<!-- /bench:b -->\n\n<!-- bench:more -->\n\nEnd\n',
    );
    writeFileSync(file, 'no marks');
    expect(() => writeText(file, 'a', 'x')).toThrow(/neither a section a/);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

it('knows what a stall of 1 s looks like in an even flow, by following every arrival', () => {
  const [rate, seconds, drainRate] = [2_000, 10, 40_000];
  // One server without end: an arrival is answered at the end of the stall, after those before it, or at once.
  let freeMs = 0;
  const waitedMs = Array.from({ length: rate * seconds }, (_, number) => {
    const atMs = (number / rate) * 1_000;
    const startMs = Math.max(atMs, freeMs, atMs >= 3_000 && atMs < 4_000 ? 4_000 : 0);
    freeMs = startMs >= 4_000 ? startMs + 1_000 / drainRate : startMs;
    return startMs - atMs;
  }).toSorted((a, b) => a - b);
  for (const percentile of [92, 95, 99, 99.9]) {
    const simulatedMs = waitedMs[Math.ceil((percentile / 100) * waitedMs.length) - 1] ?? Number.NaN;
    expect(stallResponseMs(percentile, rate, seconds, drainRate)).toBeCloseTo(simulatedMs, -0.5);
  }
});
