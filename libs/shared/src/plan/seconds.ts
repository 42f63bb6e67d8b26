const whole = /^(?:\d+(?:\.\d+)?(?:ms|d|h|m|s))+$/;
const part = /(\d+(?:\.\d+)?)(ms|d|h|m|s)/g;
const secondsOf: Readonly<Record<string, number>> = { d: 86_400, h: 3_600, m: 60, s: 1, ms: 0.001 };

/**
 * Reads a duration as k6 writes it (`30s`, `1m30s`, `500ms`, `1.5h`), or a number of seconds.
 * @returns seconds from 0, or undefined for what is none
 */
export function readSeconds(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) && value >= 0 ? value : undefined;
  if (typeof value !== 'string' || value.length > 100) return undefined;
  const text = value.trim();
  if (/^\d+(?:\.\d+)?$/.test(text)) return Number(text);
  if (!whole.test(text)) return undefined;
  let seconds = 0;
  for (const [, amount, unit] of text.matchAll(part)) seconds += Number(amount) * (secondsOf[unit ?? ''] ?? 0);
  return Number(seconds.toFixed(9));
}

/** Writes seconds for people: `1m30s`, `0.5s`. */
export function sayDuration(seconds: number): string {
  if (seconds < 60) return `${Number(seconds.toFixed(3))}s`;
  const parts: string[] = [];
  const rest = Number((seconds % 60).toFixed(3));
  if (seconds >= 3_600) parts.push(`${Math.floor(seconds / 3_600)}h`);
  if (seconds % 3_600 >= 60) parts.push(`${Math.floor((seconds % 3_600) / 60)}m`);
  if (rest > 0) parts.push(`${rest}s`);
  return parts.join('');
}
