import type { Clock } from '@loadstar/shared';

/** Characters kept of one line. */
const longestLine = 1_000;
/** Characters a second that are looked at; a scenario that prints more must not keep its parent busy. */
const charactersPerSecond = 64_000;

/** Cuts what a scenario prints into lines, within bounds; what is beyond them is counted and dropped. */
export class PrintedLines {
  private rest = '';
  private periodEndsMs = 0;
  private left = 0;
  private dropped = 0;

  constructor(
    private readonly clock: Clock,
    private readonly onLine: (line: string) => void,
  ) {}

  take(text: string): void {
    const nowMs = this.clock.nowMs();
    if (nowMs >= this.periodEndsMs) {
      if (this.dropped > 0) this.onLine(`(${this.dropped} more characters were printed and dropped)`);
      this.periodEndsMs = nowMs + 1_000;
      this.left = charactersPerSecond;
      this.dropped = 0;
    }
    const kept = text.slice(0, this.left);
    this.left -= kept.length;
    this.dropped += text.length - kept.length;
    const lines = (this.rest + kept).split('\n');
    this.rest = (lines.pop() ?? '').slice(0, longestLine);
    // A line that was cut by the bound must not run into the next one.
    if (kept.length < text.length) lines.push(this.takeRest());
    for (const line of lines) if (line !== '') this.onLine(line.slice(0, longestLine));
  }

  private takeRest(): string {
    const { rest } = this;
    this.rest = '';
    return rest;
  }
}
