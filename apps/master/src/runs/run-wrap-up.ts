/**
 * The account of what did not go as planned, and with it the last steps of a run: the scenario's `teardown` and the
 * verdict.
 */
import type { WorkerLink } from '@loadstar/protocol';
import type { Clock, Logger, RunEventKind, ScenarioDescription } from '@loadstar/shared';
import type { RunNumbers } from '../ingest/run-numbers.js';
import type { RunBook } from './run-book.js';
import { messageOf, within } from './run-launch.js';
import { addEvent } from './run-chronicle.js';
import type { RunLosses } from './run-losses.js';
import type { RunParticipants } from './run-participants.js';
import { missing, type RunPatch, type RunRecord, type RunWorker } from './run-record.js';
import type { RunTimings } from './run-state.js';
import { judge } from './run-verdict.js';

export interface WrapUpParts {
  readonly runId: string;
  readonly book: RunBook;
  readonly numbers: RunNumbers;
  readonly participants: RunParticipants;
  readonly losses: RunLosses;
  readonly description: ScenarioDescription;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly timings: RunTimings;
}

/** Incidents told in a verdict; more of them say nothing new. */
const incidentsKept = 50;

export class RunWrapUp {
  private readonly incidents: string[];

  constructor(private readonly parts: WrapUpParts) {
    this.incidents = [...parts.book.get(parts.runId).incidents];
  }

  /** Takes note of something that makes the numbers less than they should be, in words. */
  incident(text: string, kind: RunEventKind = 'fault'): void {
    const { logger, runId } = this.parts;
    logger.warn({ run: runId }, text);
    if (this.incidents.length >= incidentsKept) return;
    this.incidents.push(text);
    this.note(sentence(text), kind, { incidents: [...this.incidents] });
  }

  /** Takes note of something that happened, and that takes nothing from the numbers. */
  note(text: string, kind: RunEventKind, patch: RunPatch = {}): void {
    const { book, clock, logger, runId } = this.parts;
    const event = { atMs: Math.round(clock.wallMs()), kind, text };
    book
      .change(runId, (record) => ({ ...patch, events: addEvent(record, event) }))
      .catch((error: unknown) => {
        logger.error({ run: runId, err: error }, 'an event could not be stored');
      });
  }

  /**
   * Gives up a worker that took part under an earlier master and was not heard by this one. It may have died at any
   * moment since its last numbers.
   * @param elapsedMs run time now
   */
  giveUpAbsent({ id, incarnation }: RunWorker, elapsedMs: number): void {
    this.parts.losses.absent(incarnation, elapsedMs);
    this.parts.numbers.gone(incarnation, elapsedMs);
    this.incident(`worker ${id} was not heard again after the master was restarted`, 'lost');
  }

  /** What workers that were given up, and engines that died, can have done without telling. */
  missing(): Pick<RunRecord, 'unreported' | 'unreportedAtMost'> {
    return missing(this.parts.losses.byIncarnation());
  }

  /**
   * Runs `teardown` once: on the worker that ran `setup`, or if that is gone on another that was in the run to its end.
   * Never throws.
   */
  async teardown(setupLink: WorkerLink | undefined): Promise<void> {
    const { runId, clock, timings, participants } = this.parts;
    const others = participants.standing('done').map(({ link }) => link);
    const link = [setupLink, ...others].find((each) => each?.isConnected);
    if (!link) {
      this.incident('teardown() was not run: no worker of the run is left');
      return;
    }
    const late = (): Error => new Error(`it took longer than ${timings.hookMs} ms`);
    try {
      await within(clock, timings.hookMs, link.teardown(runId, 2 * timings.hookMs), late);
    } catch (error) {
      this.incident(`teardown() failed: ${messageOf(error)}`);
    }
  }

  /**
   * What the record says of the end.
   * @param elapsedMs run time at the end
   * @param nobodyLeft whether it ended because nobody was left to generate load
   */
  end(elapsedMs: number, nobodyLeft: boolean): RunPatch {
    const { numbers, description, clock, losses, book, runId } = this.parts;
    losses.runEnded();
    const { load } = book.get(runId).plan;
    const elapsedSeconds = (elapsedMs - numbers.ledger.countedFromMs) / 1000;
    const { thresholds } = description;
    return {
      endedAtMs: Math.round(clock.wallMs()),
      ...this.missing(),
      totals: numbers.totals,
      ...judge({ numbers, thresholds, elapsedSeconds, incidents: this.incidents, nobodyLeft, load }),
    };
  }
}

function sentence(text: string): string {
  const upper = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(upper) ? upper : `${upper}.`;
}
