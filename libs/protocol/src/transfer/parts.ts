// Bundles and large snapshots cross in parts that fit a frame. Reassembly is bounded in number and size, and a part
// that comes twice or late changes nothing.
import { messageLimits } from '../messages/limits.js';
import { malformed } from '../messages/parse.js';

/** Cuts bytes into views of at most `partBytes`; at least one part, also of nothing. */
export function splitBytes(bytes: Uint8Array, partBytes: number = messageLimits.partBytes): Uint8Array[] {
  const parts: Uint8Array[] = [];
  for (let from = 0; from < bytes.byteLength; from += partBytes) parts.push(bytes.subarray(from, from + partBytes));
  return parts.length === 0 ? [bytes] : parts;
}

interface Assembly {
  readonly parts: (Uint8Array | undefined)[];
  missing: number;
}

/** Puts parts together again, for a few keys at a time. */
export class PartAssembler {
  private readonly open = new Map<string, Assembly>();

  /** @param maxOpen keys that may be incomplete at once; the oldest is dropped when another begins */
  constructor(
    private readonly message: string,
    private readonly maxOpen = 2,
  ) {}

  /**
   * @returns the whole, once with the last part that was missing; undefined before
   * @throws LoadstarError MALFORMED_MESSAGE when the number of parts changes on the way
   */
  add(key: string, part: number, parts: number, bytes: Uint8Array): Uint8Array | undefined {
    if (parts === 1) return bytes;
    const assembly = this.assembly(key, parts);
    if (assembly.parts.length !== parts) throw malformed(this.message, 'parts differs from what was said before');
    if (assembly.parts[part] === undefined) {
      assembly.parts[part] = bytes;
      assembly.missing--;
    }
    if (assembly.missing > 0) return undefined;
    this.open.delete(key);
    return concat(assembly.parts as Uint8Array[]);
  }

  private assembly(key: string, parts: number): Assembly {
    const known = this.open.get(key);
    if (known) return known;
    for (const oldest of this.open.keys()) {
      if (this.open.size < this.maxOpen) break;
      this.open.delete(oldest);
    }
    const begun: Assembly = { parts: Array.from({ length: parts }, () => undefined), missing: parts };
    this.open.set(key, begun);
    return begun;
  }
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}
