// Every number on the page goes through here, so that all follow the reader's locale and one set of roundings.

export interface NumberFormats {
  /** Whole things: users, requests. */
  count: (value: number) => string;
  /** Per-second figures: one decimal below a hundred, none above; two for the very small. */
  rate: (value: number) => string;
  /** Share 0..1 as percent. */
  percent: (share: number) => string;
  /** Milliseconds, in ms or s, whichever reads better. */
  milliseconds: (value: number) => string;
  /** Milliseconds for a table column, always in ms. */
  tableMilliseconds: (value: number) => string;
  /** Bytes in B, kB, MB or GB (powers of 1000). */
  bytes: (value: number) => string;
  /** Short figure for a chart axis: 1.2K, 3M. */
  compact: (value: number) => string;
}

/** What is shown where there is no value, as opposed to zero. */
export const noValue = '–';

export function numberFormats(locale?: string): NumberFormats {
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const tenths = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const upToTenths = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const hundredths = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const short = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 });
  const percents = (digits: number) =>
    new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: digits });
  const wholePercent = percents(0);
  const tenthPercent = percents(1);
  const finePercent = percents(2);

  const known = (format: (value: number) => string) => (value: number) =>
    Number.isFinite(value) ? format(value) : noValue;

  return {
    count: known((value) => whole.format(value)),
    rate: known((value) => {
      if (value === 0 || value >= 100) return whole.format(value);
      return (value < 0.1 ? hundredths : tenths).format(value);
    }),
    percent: known((share) => {
      if (share === 0) return wholePercent.format(0);
      if (share < 0.01) return finePercent.format(Math.max(share, 0.0001));
      // 99.97 % failed is not all failed: rounding must not reach 100 % before the share does.
      return (share < 1 ? tenthPercent : wholePercent).format(share < 1 ? Math.min(share, 0.999) : share);
    }),
    milliseconds: known((value) => {
      if (value >= 10_000) return `${tenths.format(value / 1000)} s`;
      if (value >= 1000) return `${hundredths.format(value / 1000)} s`;
      return `${(value < 10 ? upToTenths : whole).format(value)} ms`;
    }),
    tableMilliseconds: known((value) => (value < 10 ? upToTenths : whole).format(value)),
    bytes: known((value) => {
      const step = value < 1000 ? 0 : value < 1e6 ? 1 : value < 1e9 ? 2 : 3;
      const unit = ['B', 'kB', 'MB', 'GB'][step] ?? 'GB';
      const scaled = value / 1000 ** step;
      return `${(scaled < 100 && step > 0 ? upToTenths : whole).format(scaled)} ${unit}`;
    }),
    compact: known((value) => (Math.abs(value) < 1000 ? upToTenths : short).format(value)),
  };
}

export const numbers = numberFormats();
