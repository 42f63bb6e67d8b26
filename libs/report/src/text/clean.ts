/** Texts from targets and scenarios on a terminal: no control characters, or they could move its cursor and forge lines. */
export function cleanText(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/[\p{Cc}\p{Cf}]/gu, '')
    .trim();
}

/** The text in at most `width` columns; the end is given up with an ellipsis. */
export function fit(text: string, width: number): string {
  const clean = cleanText(text);
  return clean.length <= width ? clean : `${clean.slice(0, Math.max(0, width - 1))}…`;
}
