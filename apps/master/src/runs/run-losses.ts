/**
 * What workers that were lost can have done without telling: from the moment that their newest numbers are of, to the
 * moment at which they had ended for certain. A worker that was killed breaks its connection as it ends; one that is only
 * silent may live and go on, for as long as it may without a master.
 */
import type { Clock } from '@loadstar/shared';
import type { RunNumbers } from '../ingest/run-numbers.js';
import type { Participant, RunParticipants } from './run-participants.js';
import { plannedEndMs } from './run-record.js';
import type { RunMoment } from './run-shares.js';

export interface RunLossesParts {
  readonly clock: Clock;
  readonly numbers: RunNumbers;
  readonly participants: RunParticipants;
}

/** How long engines may go on after the process of their worker was killed: they notice it by themselves, milliseconds. */
const orphanMs = 250;
/** What a stop may take beyond the time it gives to iterations, milliseconds: engines that do not obey are killed. */
const killMs = 2_500;

export class RunLosses {
  private endedAtMs: number | undefined;

  constructor(
    private readonly moment: Pick<RunMoment, 'record' | 'startAtMs'>,
    private readonly parts: RunLossesParts,
  ) {}

  /** From now on a worker that is silent is taken to go on until it has to end by itself. */
  runEnded(): void {
    this.endedAtMs ??= this.parts.clock.nowMs();
  }

  /** A worker that this master never met is given up. @param elapsedMs run time now */
  absent(incarnation: string, elapsedMs: number): void {
    const { numbers, participants } = this.parts;
    const headers = numbers.ledger.headers();
    const header = headers.find((each) => each.incarnation === incarnation);
    const sinceMs = header ? header.elapsedMs - (header.behindMs ?? 0) : 0;
    const users = Math.max(1, ...headers.map((each) => Math.max(each.users, each.targetUsers)));
    const bound = numbers.unreportedAtMost(incarnation, Math.max(0, elapsedMs - sinceMs) + killMs, users);
    participants.absent.set(incarnation, bound);
  }

  /** By incarnation, of those that lack something. */
  byIncarnation(): Record<string, number> {
    const { numbers, participants } = this.parts;
    const all = new Map(participants.absent);
    for (const participant of participants.standing('lost')) {
      all.set(participant.link.incarnation, this.hiddenBy(participant));
    }
    // Until then an entry means that the worker itself is given up, which is what a later master reads it for.
    if (this.endedAtMs === undefined) return Object.fromEntries(all);
    for (const { incarnation, unreportedAtMost = 0 } of numbers.ledger.headers()) {
      if (unreportedAtMost > 0) all.set(incarnation, (all.get(incarnation) ?? 0) + unreportedAtMost);
    }
    return Object.fromEntries(all);
  }

  /** Incarnations that were lost before any rate was known in the run: what `byIncarnation` says of them is no bound. */
  boundless(): string[] {
    const { numbers, participants } = this.parts;
    const started = participants.standing('lost').filter(({ startedAtMs }) => startedAtMs !== undefined);
    const lost = [...participants.absent.keys(), ...started.map(({ link }) => link.incarnation)];
    return lost.filter((incarnation) => numbers.isBoundless(incarnation));
  }

  private hiddenBy(participant: Participant): number {
    const { numbers, participants } = this.parts;
    const { link } = participant;
    const fromMs = this.toldUntilMs(participant);
    if (fromMs === undefined) return 0;
    // Shares are equal within one, so one that never said how many users it has has at most about as many as the others had.
    const usual = Math.max(1, ...participants.all().map(({ mostUsers }) => mostUsers));
    return numbers.unreportedAtMost(link.incarnation, Math.max(0, this.endedByMs(participant) - fromMs), usual);
  }

  /** Monotonic moment that its newest numbers are of; undefined when it was never started. */
  private toldUntilMs({ header, startedAtMs, numbersAtMs = Infinity }: Participant): number | undefined {
    const runStartMs = this.moment.startAtMs;
    if (startedAtMs === undefined) return undefined;
    if (!header || runStartMs === undefined) return startedAtMs;
    return Math.min(numbersAtMs, runStartMs + header.elapsedMs - (header.behindMs ?? 0));
  }

  private endedByMs({ link }: Participant): number {
    if (link.endedMs !== undefined) return link.endedMs + orphanMs;
    const { record, startAtMs = Infinity } = this.moment;
    if (this.endedAtMs === undefined) return this.parts.clock.nowMs();
    // Where others get its share it has fenced itself off before they do.
    if (record.lossPolicy === 'rebalance') return this.endedAtMs;
    const planned = plannedEndMs(record);
    const byPlanMs = planned === undefined ? Infinity : startAtMs + planned + record.plan.stopTimeoutMs;
    return Math.min(link.stoppedByMs, byPlanMs) + killMs;
  }
}
