/** What a worker under load has to do about the silence of its master. */
export type LeaseOrder = 'go on' | 'drain' | 'stop';

/**
 * A worker goes on without its master for a while, because a restarted one will want its numbers; but not for ever,
 * because nobody could stop it. Decided on its own monotonic clock.
 */
export class MasterLease {
  constructor(private lastHeardMs: number) {}

  /** Something came from the master that answers what this worker sent, or was sent by it. */
  heard(nowMs: number): void {
    this.lastHeardMs = Math.max(this.lastHeardMs, nowMs);
  }

  silenceMs(nowMs: number): number {
    return Math.max(0, nowMs - this.lastHeardMs);
  }

  order(nowMs: number, limits: { readonly drainMs: number; readonly stopMs: number }): LeaseOrder {
    const silenceMs = this.silenceMs(nowMs);
    if (silenceMs >= limits.stopMs) return 'stop';
    return silenceMs >= limits.drainMs ? 'drain' : 'go on';
  }
}
