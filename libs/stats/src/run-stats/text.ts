/** Bounds for texts that come from scenarios and targets: what is kept and sent must not grow with what they hold. */

/** Most UTF-16 units kept of an error text, a name or a message. */
export const textLimit = 300;
/** Most UTF-16 units kept of a traceback. */
export const tracebackLimit = 4_096;

/** The text, at most `limit` units long (the last an ellipsis where it was cut), without halves of surrogate pairs. */
export function boundedText(text: string, limit = textLimit): string {
  const cut = text.length > limit ? `${text.slice(0, limit - 1)}…` : text;
  return cut.replace(/\p{Surrogate}/gu, '\u{FFFD}');
}
