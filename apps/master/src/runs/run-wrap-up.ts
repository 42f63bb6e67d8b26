/**
 * The account of what did not go as planned, and with it the last steps of a run: the scenario's `teardown` and the
 * verdict.
 */
import type { WorkerLink } from '@loadstar/protocol';
import type { Clock, Logger, RunEventKind } from '@loadstar/shared';
import { type Comparison, type Judgement, judgeRun } from '@loadstar/stats';
import type { RunNumbers } from '../ingest/run-numbers.js';
import type { Comparer } from './comparer.js';
import { type RunAccount, summaryOf } from './run-account.js';
import type { RunBook } from './run-book.js';
import { type RunBaseline, runFacts } from './run-facts.js';
import { messageOf, within } from './run-launch.js';
import { addEvent } from './run-chronicle.js';
import type { RunLosses } from './run-losses.js';
import type { RunParticipants } from './run-participants.js';
import { missing, type RunPatch, type RunRecord, type RunWorker } from './run-record.js';
import type { RunTimings } from './run-state.js';

export interface WrapUpParts {
  readonly runId: string;
  readonly book: RunBook;
  readonly numbers: RunNumbers;
  readonly participants: RunParticipants;
  readonly losses: RunLosses;
  readonly account: RunAccount;
  readonly baseline: RunBaseline | undefined;
  readonly compare: Comparer;
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

  /** The load is about to end: what is counted per second later is not judged. */
  loadEnds(): void {
    const { numbers, account } = this.parts;
    numbers.judge.loadEnds(account.elapsedMs);
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
  async end(elapsedMs: number, nobodyLeft: boolean): Promise<RunPatch> {
    const { numbers, clock, account, losses } = this.parts;
    losses.runEnded();
    for (const incarnation of losses.boundless()) {
      const name = account.record.workers.find((worker) => worker.incarnation === incarnation)?.id ?? incarnation;
      this.incident(`worker ${name} was lost before any numbers came: what it did is not known, nor how much at most`);
    }
    const elapsedSeconds = (elapsedMs - numbers.ledger.countedFromMs) / 1000;
    const missing = this.missing();
    const facts = runFacts(account.record, numbers, {
      thresholds: numbers.judge.conclude(elapsedMs),
      elapsedSeconds,
      incidents: [...this.incidents],
      unreportedAtMost: missing.unreportedAtMost,
      nobodyLeft,
    });
    const first = judgeRun(facts);
    const comparison = await this.compare(first);
    account.comparison = comparison;
    const { verdict, reasons } = comparison ? judgeRun({ ...facts, comparison }) : first;
    return {
      endedAtMs: Math.round(clock.wallMs()),
      ...missing,
      totals: numbers.totals,
      verdict,
      verdictReasons: reasons,
      thresholds: numbers.judge.thresholds,
      capacity: numbers.judge.capacity?.view(),
    };
  }

  /** Never throws: a run is judged, whether it can be compared or not. */
  private async compare({ verdict, reasons }: Judgement): Promise<Comparison | undefined> {
    const { baseline, account, numbers, clock, compare } = this.parts;
    if (!baseline) return undefined;
    const summary = summaryOf(account, clock);
    const meta = { ...summary.meta, verdict, verdictReasons: [...reasons] };
    const own = { summary: { ...summary, meta }, details: { slices: numbers.judge.sliced() } };
    try {
      return await compare({ label: baseline.label, run: baseline }, { label: 'this run', run: own });
    } catch (error) {
      this.incident(`the run could not be compared with ${baseline.label}: ${messageOf(error)}`);
      return undefined;
    }
  }
}

function sentence(text: string): string {
  const upper = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(upper) ? upper : `${upper}.`;
}
