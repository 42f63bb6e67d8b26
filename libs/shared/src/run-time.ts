const form = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s?)?$/;

/**
 * Reads a run time as Locust writes it: `20`, `20s`, `3m`, `2h`, `1h20m`, `3h30m10s`.
 * @returns seconds, or undefined when the text has another form or says zero
 */
export function parseRunTime(text: string): number | undefined {
  const match = form.exec(text.trim());
  if (!match || text.trim() === '') return undefined;
  const [, hours, minutes, seconds] = match;
  const total = Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60 + Number(seconds ?? 0);
  return total > 0 && Number.isSafeInteger(total) ? total : undefined;
}

/** Writes seconds as `1h20m`, `90s` as `1m30s`, the form `parseRunTime` reads. */
export function formatRunTime(seconds: number): string {
  const whole = Math.round(seconds);
  const parts: string[] = [];
  if (whole >= 3600) parts.push(`${Math.floor(whole / 3600)}h`);
  if (whole % 3600 >= 60) parts.push(`${Math.floor((whole % 3600) / 60)}m`);
  if (whole % 60 > 0 || parts.length === 0) parts.push(`${whole % 60}s`);
  return parts.join('');
}
