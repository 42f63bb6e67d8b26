/** Claims that were measured: printed as they come, kept for a table in a document. */
import { writeText } from '../harness/document.js';
import { commit, dayAndTime } from '../harness/machine.js';

export class Claims {
  /** Those that were not met. */
  unmet = 0;
  private readonly rows: string[] = [];

  /** @param isClaiming false when there are too few trials to claim anything */
  constructor(private readonly isClaiming: boolean) {}

  heading(text: string): void {
    process.stdout.write(`${text}:\n`);
    this.rows.push(`| **${text}** | | | |`);
  }

  /** A share and whether it lies where it should; without bounds it is only told. */
  share(what: string, hits: number, trials: number, least?: number, most?: number): void {
    const share = hits / trials;
    const claimed = this.isClaiming && (least !== undefined || most !== undefined);
    const met = share >= (least ?? 0) && share <= (most ?? 1);
    if (claimed && !met) this.unmet++;
    const bounds = claimed ? `${percent(least ?? 0)}..${percent(most ?? 1)} %` : undefined;
    const told = bounds === undefined ? 'told only' : `${bounds}: ${met ? 'met' : 'NOT MET'}`;
    process.stdout.write(
      `  ${what.padEnd(72)} ${percent(share).padStart(6)} % of ${String(trials).padStart(4)}   ${told}\n`,
    );
    const mark = bounds === undefined ? '' : met ? '✔' : '✘';
    this.rows.push(`| ${what} | ${percent(share)} % of ${trials} | ${bounds ?? ''} | ${mark} |`);
  }

  /** Into a section of a document. */
  write(file: string, section: string, before: string): void {
    const table = ['| | measured | aim | |', '| --- | --- | --- | --- |', ...this.rows].join('\n');
    writeText(file, section, `${before}\n\n${table}\n\nMeasured ${dayAndTime(new Date())} at ${commit()}.`);
  }
}

const percent = (share: number): string => (share * 100).toFixed(1);
