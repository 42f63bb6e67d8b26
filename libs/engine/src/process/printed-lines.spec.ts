import { VirtualClock } from '@loadstar/shared';
import { PrintedLines } from './printed-lines.js';

describe('PrintedLines', () => {
  it('gives whole lines, however they arrive, without empty ones', () => {
    const lines: string[] = [];
    const printed = new PrintedLines(new VirtualClock(), (line) => lines.push(line));
    for (const part of ['one\ntw', 'o\n', '', 'three', '\n\n']) printed.take(part);
    expect(lines).toEqual(['one', 'two', 'three']);
  });

  it('bounds lines and floods, and says how much it dropped', async () => {
    const clock = new VirtualClock();
    const lines: string[] = [];
    const printed = new PrintedLines(clock, (line) => lines.push(line));
    for (let i = 0; i < 100; i++) printed.take(`${'x'.repeat(9_999)}\n`);
    expect(lines.join('').length).toBeLessThanOrEqual(64_000);
    expect(Math.max(...lines.map(({ length }) => length))).toBe(1_000);
    await clock.advance(1_000);
    printed.take('calm again\n');
    expect(lines.at(-2)).toBe('(936000 more characters were printed and dropped)');
    expect(lines.at(-1)).toBe('calm again');
  });
});
