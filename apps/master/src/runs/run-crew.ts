/**
 * What the master says to the workers of one run. Says it and takes note of who confirmed it; what is to be said, and
 * when, is the driver's decision.
 */
import type { WorkerLink } from '@loadstar/protocol';
import type { Clock, Logger } from '@loadstar/shared';
import { paced } from './paced.js';
import type { RunBook } from './run-book.js';
import { messageOf, prepareFailed } from './run-launch.js';
import { type Participant, RunParticipants, type ShareChange } from './run-participants.js';
import type { RunRecord } from './run-record.js';

export class RunCrew {
  readonly participants = new RunParticipants();
  /** Result of the scenario's `setup`, which every start carries. */
  setupData: unknown;

  /** Whether all have been told to let go of the run, which will not start. */
  isReleased = false;

  constructor(
    private readonly runId: string,
    private readonly parts: { readonly book: RunBook; readonly clock: Clock; readonly logger: Logger },
  ) {}

  /**
   * Has everybody start with the share that is noted.
   * @param startAtMasterMs monotonic moment at which the run time is `elapsedMs`
   * @throws LoadstarError PREPARE_FAILED naming the first worker that did not confirm
   */
  async startAll(startAtMasterMs: number): Promise<void> {
    await Promise.all(this.participants.all().map((one) => this.start(one, startAtMasterMs, 0)));
  }

  /**
   * Tells shares that have changed, to newcomers as their start.
   * @param startAtMs monotonic moment of run time 0
   * @param atMs run time from which the shares hold
   * @returns newcomers that could not be started
   */
  async tellShares(changes: readonly ShareChange[], startAtMs: number, atMs: number): Promise<Participant[]> {
    const failed: Participant[] = [];
    const { runId } = this;
    await Promise.all(
      changes.map(async ({ participant, before, share }) => {
        try {
          if (before === undefined) await this.start(participant, startAtMs + atMs, atMs);
          else await participant.link.adjust({ runId, atMs, share });
        } catch (error) {
          participant.behind = true;
          // Without an answer it may have started all the same; when it is back, or lost, we shall know.
          if (before === undefined && participant.link.isConnected) failed.push(participant);
          this.notConfirmed(participant.link, 'a share', error);
        }
      }),
    );
    return failed;
  }

  /**
   * Tells a participant the changes, and if it may have missed it the share, that it has not confirmed. A failure leaves
   * it behind until it is back.
   * @param atMs run time from which the share holds
   */
  async catchUp(participant: Participant, atMs: number): Promise<void> {
    const { runId } = this;
    const { link, share } = participant;
    const { changes } = this.record;
    try {
      if (participant.behind && share) await link.adjust({ runId, atMs, share });
      // After folding of old changes the count may be beyond the list; the newest is then told again, which is harmless.
      const from = Math.min(participant.confirmedChanges, Math.max(0, changes.length - 1));
      for (const load of changes.slice(from)) await link.adjust({ runId, atMs: load.atMs, load });
      participant.confirmedChanges = changes.length;
      participant.behind = false;
    } catch (error) {
      participant.behind = true;
      this.notConfirmed(link, 'a change', error);
    }
  }

  /** Tells a participant that was away all that it may have missed: its start, or share and changes. */
  async bringBack(participant: Participant, isStarted: boolean, startAtMs: number, atMs: number): Promise<void> {
    const { share } = participant;
    if (isStarted || !share) await this.catchUp(participant, atMs);
    else await this.tellShares([{ participant, before: undefined, share }], startAtMs, atMs);
  }

  /** Has everybody end who may still generate load, also those given up for lost. Does not wait for the end. */
  stopAll(reason: string, graceMs?: number): void {
    const all = this.participants.standing('active', 'leaving', 'lost');
    void paced(this.parts.clock, all, (participant) => {
      this.stop(participant, reason, graceMs);
      return Promise.resolve();
    });
  }

  /** @param graceMs time that iterations may take to end */
  stop({ link }: Participant, reason: string, graceMs = this.record.plan.stopTimeoutMs): void {
    if (!link.isConnected) return;
    link.stop(this.runId, graceMs, reason).catch((error: unknown) => this.notConfirmed(link, 'a stop', error));
  }

  /** Has everybody let go of a run that will not start. Never throws. */
  async releaseAll(reason: string): Promise<void> {
    this.isReleased = true;
    await Promise.all(this.participants.all().map(({ link }) => this.release(link, reason)));
  }

  /** Has a worker let go of the run at once, started or not. Never throws. */
  async release(link: WorkerLink, reason: string): Promise<void> {
    if (!link.isConnected) return;
    await link.stop(this.runId, 0, reason).catch((error: unknown) => this.notConfirmed(link, 'a release', error));
  }

  private async start(participant: Participant, startAtMasterMs: number, elapsedMs: number): Promise<void> {
    const { runId, setupData: data } = this;
    const { link, share } = participant;
    if (!share) return;
    participant.startedAtMs = startAtMasterMs;
    const { changes, lossPolicy } = this.record;
    const fenced = lossPolicy === 'rebalance';
    try {
      await link.start({ runId, share, startAtMasterMs, elapsedMs, changes, data, fenced });
    } catch (error) {
      throw prepareFailed(link, error);
    }
    participant.confirmedChanges = changes.length;
    // What was changed while the start was under way may have come before it, and was then ignored.
    if (this.record.changes.length > changes.length) await this.catchUp(participant, elapsedMs);
  }

  private notConfirmed(link: WorkerLink, what: string, error: unknown): void {
    this.parts.logger.warn({ run: this.runId, worker: link.id, detail: messageOf(error) }, `${what} was not confirmed`);
  }

  private get record(): RunRecord {
    return this.parts.book.get(this.runId);
  }
}
