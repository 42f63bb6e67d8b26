// Times of a run in words and clock form. Run times are typed and shown the way Locust writes them: 1h20m.

const form = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s?)?$/;

export type RunTimeReading = { seconds: number | null; problem?: undefined } | { problem: string };

/** Reads the run-time field. Empty means "until somebody stops it" (null). */
export function readRunTime(text: string): RunTimeReading {
  const compact = text.toLowerCase().replace(/\s+/g, '');
  if (compact === '') return { seconds: null };
  const match = form.exec(compact);
  if (!match) return { problem: 'Write it like 20s, 3m, 1h20m or 3h30m10s, or leave it empty to run until stopped.' };
  const [, hours, minutes, seconds] = match;
  const total = Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0);
  if (total === 0) return { problem: 'A run needs at least one second; leave it empty to run until stopped.' };
  if (!Number.isSafeInteger(total)) return { problem: 'That is longer than anybody can wait.' };
  return { seconds: total };
}

/** Seconds as `1h20m`, the form that `readRunTime` reads. */
export function runTimeText(seconds: number | null): string {
  if (seconds === null) return '';
  const whole = Math.round(seconds);
  const parts: string[] = [];
  if (whole >= 3600) parts.push(`${Math.floor(whole / 3600)}h`);
  if (whole % 3600 >= 60) parts.push(`${Math.floor((whole % 3600) / 60)}m`);
  if (whole % 60 > 0 || parts.length === 0) parts.push(`${whole % 60}s`);
  return parts.join('');
}

/** Seconds in words: `1 hour 20 minutes`. */
export function durationWords(seconds: number): string {
  const whole = Math.round(seconds);
  const parts: string[] = [];
  const add = (amount: number, unit: string) => {
    if (amount > 0) parts.push(`${amount} ${unit}${amount === 1 ? '' : 's'}`);
  };
  add(Math.floor(whole / 3600), 'hour');
  add(Math.floor((whole % 3600) / 60), 'minute');
  add(whole % 60, 'second');
  return parts.length > 0 ? parts.join(' ') : '0 seconds';
}

/** Seconds as a clock: `4:07`, `1:02:03`. */
export function clockText(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

const timeOfDay = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const dayAndTime = new Intl.DateTimeFormat(undefined, {
  month: 'short',
  day: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

/** ISO time as time of day in the reader's zone; with the day when it is not today. */
export function momentText(iso: string, now = new Date()): string {
  const moment = new Date(iso);
  if (Number.isNaN(moment.getTime())) return iso;
  return (moment.toDateString() === now.toDateString() ? timeOfDay : dayAndTime).format(moment);
}
