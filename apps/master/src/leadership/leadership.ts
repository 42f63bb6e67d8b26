/**
 * Whether this master leads. A lease in the store says who does; the leader renews it, everybody else watches it on
 * a clock of its own and takes it when it has not moved for as long as it holds. Of no importance for safety, only for
 * speed: two may both believe that they lead, but the store takes the writes of the higher epoch only.
 */
import { type Clock, LoadstarError, type Logger, newId, type TimerHandle } from '@loadstar/shared';
import type { LeaseStore, LeaseView } from '../store/lease-store.js';

export interface LeadershipOptions {
  readonly lease: LeaseStore;
  /** Whether nobody else can have the store open: there is nobody to wait for. */
  readonly isExclusive: boolean;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Names this master's place, not its process: two at one place cannot live at the same time. */
  readonly holder: string;
  /** Where others reach this master. */
  readonly url: string;
  /** How long a lease that is not renewed still holds, milliseconds. */
  readonly leaseMs: number;
  /**
   * Called once when this master leads. A failure means that it cannot, and gives the lease back.
   * @param before the leader before it, unless that one has stepped down
   */
  elected(epoch: number, before: Predecessor | undefined): Promise<void>;
  /** Called once when another master leads instead. */
  lost(): void;
}

/** Where a leader was, and the secret of its term. */
export interface Predecessor {
  readonly url: string;
  readonly key: string;
}

/** Length of the secret of a term, in characters of 5 bits: 160 bits. */
const keyLength = 32;
/** Renewals in the time of one lease: two may fail, and nobody takes over. */
const renewals = 4;

type Role = 'standby' | 'entering' | 'leader' | 'over';

export class Leadership {
  private role: Role = 'standby';
  private own: number | undefined;
  private ownKey: string | undefined;
  private seen: LeaseView | undefined;
  /** Monotonic time at which the lease was seen to move last. */
  private movedMs = 0;
  private timer: TimerHandle | undefined;
  private looking: Promise<void> | undefined;
  private isBlind = false;

  constructor(private readonly options: LeadershipOptions) {}

  /** Whether this master leads and is ready to. */
  get isLeader(): boolean {
    return this.role === 'leader';
  }

  /** Of this master, once it was elected. */
  get epoch(): number | undefined {
    return this.own;
  }

  /** Where the leader is, as far as this master knows; undefined when it is this one or nobody. */
  get leaderUrl(): string | undefined {
    return this.own === undefined ? this.seen?.url : undefined;
  }

  /** Secret of the term that goes on, this master's own or the leader's; undefined when nobody leads. */
  get key(): string | undefined {
    return this.own === undefined ? this.seen?.key : this.ownKey;
  }

  /**
   * Finds out who leads, and goes on with it until `close`.
   * @returns when this master leads, or knows that another one does
   * @throws LoadstarError STORE_UNAVAILABLE, or why it cannot lead
   */
  async begin(): Promise<void> {
    const first = await this.options.lease.read();
    this.see(first);
    // What held the lease at this very place has ended, or this process could not be here.
    const isOurs = first.holder === undefined || first.holder === this.options.holder;
    if (isOurs || this.options.isExclusive) await this.take(first);
    if (this.options.isExclusive) return;
    this.timer = this.options.clock.setInterval(() => void this.look(), this.options.leaseMs / renewals).unref();
  }

  /** Another master leads: the store has refused a write of this one, or that master has said so. */
  superseded(): void {
    if (this.role === 'over') return;
    const wasLeading = this.own !== undefined;
    this.role = 'over';
    this.timer?.cancel();
    if (wasLeading) this.options.lost();
  }

  /** Steps down. Everything that this master writes has to be written by then. */
  async close(): Promise<void> {
    const { own, role } = this;
    this.role = 'over';
    this.timer?.cancel();
    await this.looking;
    if (own === undefined || role === 'over') return;
    await this.options.lease.release(own).catch((error: unknown) => {
      this.options.logger.warn({ err: error }, 'the lease was not given back; it runs out by itself');
    });
  }

  private look(): Promise<void> {
    this.looking ??= this.lookOnce().finally(() => (this.looking = undefined));
    return this.looking;
  }

  private async lookOnce(): Promise<void> {
    const { lease, clock, logger, leaseMs, url } = this.options;
    try {
      if (this.own !== undefined) {
        if (!(await lease.renew(this.own, url))) this.superseded();
      } else {
        this.see(await lease.read());
        const { seen } = this;
        if (seen && (seen.holder === undefined || clock.nowMs() - this.movedMs >= leaseMs)) await this.take(seen);
      }
      if (this.isBlind) logger.info({}, 'the lease can be read again');
      this.isBlind = false;
    } catch (error) {
      // A store that was away for everybody gives the leader its whole time again.
      this.movedMs = clock.nowMs();
      if (!this.isBlind) logger.warn({ err: error }, 'who leads cannot be told now');
      this.isBlind = true;
    }
  }

  private see(view: LeaseView): void {
    const { seen } = this;
    if (seen?.epoch !== view.epoch || seen.beat !== view.beat) this.movedMs = this.options.clock.nowMs();
    this.seen = view;
  }

  /** @throws why this master cannot lead */
  private async take(seen: LeaseView): Promise<void> {
    const { lease, logger, holder, url } = this.options;
    const key = newId(keyLength);
    const epoch = await lease.take({ holder, url, key }, seen);
    if (epoch === undefined || this.role !== 'standby') return;
    this.own = epoch;
    this.ownKey = key;
    this.role = 'entering';
    logger.info({ epoch, before: seen.holder }, 'this master leads');
    // Reading the store may take longer than the lease holds.
    const renewing = this.keepAlive(epoch);
    try {
      const before = seen.url === undefined || seen.key === undefined ? undefined : { url: seen.url, key: seen.key };
      await this.options.elected(epoch, before);
      if (this.own === epoch && this.role === 'entering') this.role = 'leader';
    } catch (error) {
      if (!(error instanceof LoadstarError)) logger.error({ err: error }, 'this master cannot lead');
      await lease.release(epoch).catch(() => {});
      this.superseded();
      throw error;
    } finally {
      renewing.cancel();
    }
  }

  private keepAlive(epoch: number): TimerHandle {
    const { clock, lease, leaseMs, url } = this.options;
    const renew = (): void => void lease.renew(epoch, url).catch(() => {});
    return clock.setInterval(renew, leaseMs / renewals).unref();
  }
}
