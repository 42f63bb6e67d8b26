/**
 * Who of the workers takes part in a run, how each of them stands, and which share it has. Knows no timers and sends
 * nothing; the driver does.
 */
import type { Share } from '@loadstar/shared';
import type { WorkerLink } from '@loadstar/protocol';
import type { SnapshotHeader } from '@loadstar/stats';
import { changedShares, planShares } from './share-plan.js';

/**
 * active: has a share · leaving: gives its share up and will still say its last word · done: has said it · lost: has
 * not, and may never
 */
export type Standing = 'active' | 'leaving' | 'done' | 'lost';

export interface Participant {
  readonly link: WorkerLink;
  standing: Standing;
  /** Share it was last told, undefined before the first. */
  share: Share | undefined;
  /** How many of the run's changes it has confirmed. */
  confirmedChanges: number;
  /** Whether it may have missed a command, because it did not confirm it. */
  behind: boolean;
  /** Its newest snapshot's header. */
  header: SnapshotHeader | undefined;
  /** Most users that it ever had or was about to have. */
  mostUsers: number;
  /** Own monotonic time at which it was told to start, and at which its newest snapshot arrived. */
  startedAtMs: number | undefined;
  numbersAtMs: number | undefined;
}

/** A share that has changed and has to be told; `before` is undefined for a newcomer. */
export interface ShareChange {
  readonly participant: Participant;
  readonly before: Share | undefined;
  readonly share: Share;
}

export class RunParticipants {
  private readonly byId = new Map<string, Participant>();
  /**
   * Those that this master never met and gave up: they took part under an earlier one. By incarnation, with the requests
   * that they can have made without telling.
   */
  readonly absent = new Map<string, number>();

  add(link: WorkerLink): Participant {
    const participant: Participant = {
      link,
      standing: 'active',
      share: undefined,
      confirmedChanges: 0,
      behind: false,
      header: undefined,
      mostUsers: 0,
      startedAtMs: undefined,
      numbersAtMs: undefined,
    };
    this.byId.set(link.id, participant);
    return participant;
  }

  remove(workerId: string): void {
    this.byId.delete(workerId);
  }

  get(workerId: string): Participant | undefined {
    return this.byId.get(workerId);
  }

  /** Takes note of what a snapshot says of its sender. */
  note(workerId: string, header: SnapshotHeader, nowMs: number): Participant | undefined {
    const participant = this.byId.get(workerId);
    if (!participant) return undefined;
    participant.header = header;
    participant.numbersAtMs = nowMs;
    participant.mostUsers = Math.max(participant.mostUsers, header.users, header.targetUsers);
    return participant;
  }

  all(): Participant[] {
    return [...this.byId.values()];
  }

  standing(...standings: Standing[]): Participant[] {
    return this.all().filter(({ standing }) => standings.includes(standing));
  }

  /** Whether nobody is left whose last word may still come. */
  get allSilent(): boolean {
    for (const { standing } of this.byId.values()) if (standing === 'active' || standing === 'leaving') return false;
    return true;
  }

  /** Whether any of those who generate the load is heard now; if none is, they may all be dead. */
  get anyHeard(): boolean {
    return this.standing('active').some(({ link }) => link.isUsable);
  }

  /** Incarnations that are known not to have users any more, whatever they said last. */
  get gone(): ReadonlySet<string> {
    const met = this.standing('done', 'lost').map(({ link }) => link.incarnation);
    return new Set([...met, ...this.absent.keys()]);
  }

  /** Whether every active one says, of a moment not before `sinceMs` of run time, that it has all its users. */
  allSpawned(sinceMs: number): boolean {
    let active = 0;
    for (const { standing, header } of this.byId.values()) {
      if (standing !== 'active') continue;
      if (header?.phase !== 'running' || header.elapsedMs < sinceMs) return false;
      active++;
    }
    return active > 0;
  }

  /**
   * Plans the shares of all active ones anew.
   * @returns those whose share has changed, which is already noted in them, with the share they had
   */
  reshare(): ShareChange[] {
    const before = new Map<string, Share>();
    for (const { link, share } of this.standing('active')) if (share) before.set(link.id, share);
    const after = planShares(
      this.standing('active').map(({ link }) => link.id),
      before,
    );
    return changedShares(before, after).flatMap((id) => {
      const participant = this.byId.get(id);
      const share = after.get(id);
      if (!participant || !share) return [];
      const old = participant.share;
      participant.share = share;
      return [{ participant, before: old, share }];
    });
  }
}
