/**
 * HTML built so that nothing can be forgotten: whatever is put into a template is escaped, unless it came out of a
 * template itself. Names, errors and tracebacks in a report are written by whoever owns the target.
 */
export class Html {
  constructor(readonly text: string) {}
}

export type Content = Html | string | number | undefined | readonly Content[];

/** Tag of a template: literals are HTML, values are text. `undefined` is nothing, lists are joined. */
export function markup(literals: TemplateStringsArray, ...values: Content[]): Html {
  let text = literals[0] ?? '';
  values.forEach((value, index) => {
    text += toText(value) + (literals[index + 1] ?? '');
  });
  return new Html(text);
}

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** JSON that cannot end the script element that it stands in. */
export function jsonForScript(value: unknown): Html {
  return new Html(JSON.stringify(value).replaceAll('<', '\\u003c'));
}

function toText(value: Content): string {
  if (value === undefined) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map(toText).join('');
  return escapeHtml(String(value));
}
