import { createHash } from 'node:crypto';
import type { BundlePart } from '../messages/commands.js';
import { malformed } from '../messages/parse.js';
import { PartAssembler } from '../transfer/parts.js';

/** Bundles kept for the next run of the same scenario. */
const kept = 8;

/** The bundles that a worker has, by hash. A bundle is only ever what its hash says. */
export class BundleShelf {
  private readonly assembler = new PartAssembler('bundle');
  private readonly bundles = new Map<string, string>();

  get(hash: string): string | undefined {
    return this.bundles.get(hash);
  }

  /** @throws LoadstarError MALFORMED_MESSAGE when the whole has another hash */
  add({ hash, part, parts, bytes }: BundlePart): void {
    const whole = this.assembler.add(hash, part, parts, bytes);
    if (!whole) return;
    if (createHash('sha256').update(whole).digest('hex') !== hash) throw malformed('bundle', 'hash does not match');
    this.bundles.delete(hash);
    this.bundles.set(hash, new TextDecoder().decode(whole));
    for (const oldest of this.bundles.keys()) {
      if (this.bundles.size <= kept) break;
      this.bundles.delete(oldest);
    }
  }
}
