/** Snapshots that did not count, by why: an account that nobody reads hides what goes wrong between workers and master. */
import { LoadstarError } from '@loadstar/shared';
import type { Acceptance, DiscardReason } from '@loadstar/stats';

/**
 * Beside what a ledger refuses. unknown-run: nobody here has heard of the run · unknown-worker: its record does not name
 * the sender · other-master: another master leads it · told-before: its sender's last word was counted long ago
 */
export type Discard = DiscardReason | 'unknown-run' | 'unknown-worker' | 'other-master' | 'told-before';

export class SnapshotDiscards {
  private readonly counts = new Map<Discard, number>();

  count(reason: Discard): void {
    this.counts.set(reason, (this.counts.get(reason) ?? 0) + 1);
  }

  /**
   * Counts what a ledger refused.
   * @returns whether it did not
   * @throws LoadstarError MALFORMED_MESSAGE for what no honest sender has
   */
  judge(reason: Acceptance['verdict']): boolean {
    if (reason === 'accepted') return true;
    this.count(reason);
    if (reason !== 'shrunk' && reason !== 'foreign') return false;
    // What is kept for the next master must not be less than what is counted.
    throw new LoadstarError('MALFORMED_MESSAGE', { message: 'snapshot', detail: `its numbers are ${reason}` });
  }

  get byReason(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.counts);
  }
}
