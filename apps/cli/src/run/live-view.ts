import cliProgress from 'cli-progress';
import { createLogUpdate } from 'log-update';
import { formatRunTime, type StatsRow, type ThresholdView } from '@loadstar/shared';
import { renderLiveTable } from '@loadstar/report';
import type { Output } from '../output/output.js';
import { thresholdChanges, thresholdLines } from './threshold-lines.js';

/** What a person sees while a run goes on: a bar and a table that redraw in place, or plain lines where nobody watches. */
export interface LiveNumbers {
  readonly phase: string;
  readonly elapsedSeconds: number;
  /** Planned length; undefined when only a shape or Ctrl-C ends the run. */
  readonly runTimeSeconds: number | undefined;
  readonly users: number;
  readonly targetUsers: number;
  readonly rows: readonly StatsRow[];
  readonly total: StatsRow;
  readonly thresholds: readonly ThresholdView[];
}

export interface LiveView {
  show(numbers: LiveNumbers): void;
  /** Writes a line that stays, above what redraws. */
  note(text: string): void;
  end(): void;
}

/** Rows of the live table; the summary at the end has all. */
const mostRows = 12;
/** Seconds between two plain lines. */
const plainPeriodSeconds = 5;

export function createLiveView(output: Output, quiet: boolean): LiveView {
  if (quiet) return { show: () => {}, note: () => {}, end: () => {} };
  return output.isTerminal ? new TerminalView(output) : new PlainView(output);
}

class TerminalView implements LiveView {
  private readonly update = createLogUpdate(process.stderr);

  constructor(private readonly output: Output) {}

  show(numbers: LiveNumbers): void {
    const { rows, total } = numbers;
    const { colour, width } = this.output;
    const table = renderLiveTable(rows.slice(0, mostRows), total, { colour: colour.isColorSupported, width });
    const more = rows.length > mostRows ? `\n… and ${rows.length - mostRows} more names` : '';
    const rules = thresholdLines(numbers.thresholds, colour, width).map((line) => `\n${line}`);
    this.update(`${this.bar(numbers)}\n${table}${more}${rules.join('')}`);
  }

  note(text: string): void {
    this.update.clear();
    this.output.error(text);
  }

  end(): void {
    this.update.clear();
  }

  private bar({ phase, elapsedSeconds, runTimeSeconds, users, targetUsers, total }: LiveNumbers): string {
    const { colour } = this.output;
    const failing = total.failures > 0 ? colour.red : colour.green;
    const facts = [
      colour.bold(phase.padEnd(8)),
      `${users}/${targetUsers} users`,
      `${total.currentRps.toFixed(1)} req/s`,
      failing(`${total.failures} failed`),
      `p95 ${total.p95Ms.toFixed(0)} ms`,
    ].join('  ');
    const elapsed = formatRunTime(elapsedSeconds);
    if (runTimeSeconds === undefined) return `${elapsed}  ${facts}`;
    const progress = Math.min(1, elapsedSeconds / runTimeSeconds);
    const drawn = cliProgress.Format.BarFormat(progress, {
      barsize: 24,
      barCompleteString: '█'.repeat(24),
      barIncompleteString: '░'.repeat(24),
    });
    return `${colour.cyan(drawn)} ${elapsed} of ${formatRunTime(runTimeSeconds)}  ${facts}`;
  }
}

class PlainView implements LiveView {
  private nextSecond = 0;
  private told: readonly ThresholdView[] = [];

  constructor(private readonly output: Output) {}

  show({ phase, elapsedSeconds, users, targetUsers, total, thresholds }: LiveNumbers): void {
    for (const line of thresholdChanges(this.told, thresholds)) {
      this.output.error(`${formatRunTime(elapsedSeconds)} ${line}`);
    }
    this.told = thresholds;
    if (elapsedSeconds < this.nextSecond) return;
    this.nextSecond = elapsedSeconds + plainPeriodSeconds;
    this.output.error(
      `${formatRunTime(elapsedSeconds)} ${phase}: ${users}/${targetUsers} users, ${total.requests} requests, ` +
        `${total.currentRps.toFixed(1)} req/s, ${total.failures} failed, p50 ${total.p50Ms.toFixed(0)} ms, p95 ${total.p95Ms.toFixed(0)} ms${sayPassing(thresholds)}`,
    );
  }

  note(text: string): void {
    this.output.error(text);
  }

  end(): void {}
}

function sayPassing(thresholds: readonly ThresholdView[]): string {
  if (thresholds.length === 0) return '';
  const passing = thresholds.filter(({ state }) => state === 'passing').length;
  return `, ${passing} of ${thresholds.length} thresholds pass`;
}
