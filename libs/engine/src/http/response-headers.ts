/** Response headers over the head's text: a field is searched for when asked for, nothing is built beforehand. */
import type { HttpHeaders } from '@loadstar/scenario';

const patterns = new Map<string, RegExp>();
// Scenarios ask for few names; the bound is against names made up at run time.
const mostPatterns = 256;

export class ResponseHeaders implements HttpHeaders {
  private readonly head: string;

  /** @param head status line and fields as received, latin1 */
  constructor(head: string) {
    // A folded line is part of the value before it (RFC 9112 section 5.2).
    this.head = /\n[ \t]/.test(head) ? head.replace(/\r?\n[ \t]+/g, ' ') : head;
  }

  get(name: string): string | undefined {
    const first = pattern(name).exec(this.head);
    if (!first) return undefined;
    const values = this.getAll(name);
    return values.length === 1 ? values[0] : values.join(', ');
  }

  getAll(name: string): readonly string[] {
    return Array.from(this.head.matchAll(pattern(name)), ([, value]) => (value as string).trimEnd());
  }

  has(name: string): boolean {
    return this.head.search(pattern(name)) >= 0;
  }

  *entries(): Generator<readonly [string, string]> {
    for (const [, name, value] of this.head.matchAll(/\n([^\r\n:]+):[ \t]*([^\r\n]*)/g)) {
      yield [(name as string).toLowerCase(), (value as string).trimEnd()];
    }
  }
}

function pattern(name: string): RegExp {
  let found = patterns.get(name);
  if (found === undefined) {
    const literal = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    found = new RegExp(`\\n${literal}:[ \\t]*([^\\r\\n]*)`, 'gi');
    if (patterns.size >= mostPatterns) patterns.clear();
    patterns.set(name, found);
  }
  // `exec` of a global expression goes on where the last one ended.
  found.lastIndex = 0;
  return found;
}
