/** Numbers for people, the same in every report: grouped digits, three significant ones where more would be noise. */

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** A count with grouped digits: 1,234,567. */
export function formatCount(count: number): string {
  return whole.format(count);
}

/** A number with two or three significant digits: 0.021, 0.42, 4.17, 41.7, 417, 4,170. */
export function formatNumber(value: number): string {
  const size = Math.abs(value);
  if (size >= 100 || Number.isInteger(value)) return whole.format(value);
  if (size >= 10) return value.toFixed(1);
  return size >= 1 ? value.toFixed(2) : String(Number(value.toPrecision(2)));
}

/** Milliseconds with their unit: 0.42 ms, 12.5 ms, 1.25 s, 2.1 min. */
export function formatMs(ms: number): string {
  if (ms < 1_000) return `${formatNumber(ms)} ms`;
  return ms < 60_000 ? `${(ms / 1_000).toFixed(2)} s` : `${(ms / 60_000).toFixed(1)} min`;
}

/** A share from 0 to 1 as percent; never rounds a failure away to 0 % or a pass up to 100 %. */
export function formatPercent(share: number): string {
  const percent = share * 100;
  if (percent > 0 && percent < 0.01) return '<0.01%';
  if (percent > 99.99 && percent < 100) return '>99.99%';
  return `${Number(percent.toFixed(percent < 10 || percent > 90 ? 2 : 1))}%`;
}

export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1_000 && unit < units.length - 1) {
    value /= 1_000;
    unit++;
  }
  return `${unit === 0 ? whole.format(value) : formatNumber(value)} ${units[unit]}`;
}

/** Seconds as a length of time: 42 s, 1 min 5 s, 2 h 3 min. */
export function formatDuration(seconds: number): string {
  const all = Math.round(seconds);
  if (all < 60) return seconds < 10 && !Number.isInteger(seconds) ? `${seconds.toFixed(1)} s` : `${all} s`;
  const [hours, minutes, rest] = [Math.floor(all / 3_600), Math.floor((all % 3_600) / 60), all % 60];
  if (hours > 0) return minutes > 0 ? `${hours} h ${minutes} min` : `${hours} h`;
  return rest > 0 ? `${minutes} min ${rest} s` : `${minutes} min`;
}

/** An ISO time as `2026-01-02 03:04:05 UTC`. */
export function formatTime(iso: string): string {
  return iso.replace('T', ' ').replace(/(\.\d+)?Z$/, ' UTC');
}
