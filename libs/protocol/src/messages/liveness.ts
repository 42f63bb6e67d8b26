// Signs of life. A beat is its own message, not the transport's ping, because a transport stays "connected" for up to
// 45 s after its peer is gone. The answer to a beat is the master's beat: it renews the worker's lease and carries the
// stamps from which the worker learns the master's monotonic clock.
import { z } from 'zod';
import { countField, msField, textField, wallField } from './fields.js';
import { messageKind } from './parse.js';

/** How the worker's machine and processes do, the worker process and its engines together. */
export interface BeatHealth {
  /** Percent of one core. */
  readonly cpuPercent: number;
  readonly rssBytes: number;
  /** Worst event-loop delay of the last second, milliseconds. */
  readonly loopLagMs: number;
  /** Engine processes that are alive. */
  readonly engines: number;
  readonly users: number;
}

export interface Beat {
  /** The worker's monotonic clock when it sent this. */
  readonly monotonicMs: number;
  /** The worker's wall clock, a label. */
  readonly wallMs: number;
  /** Best round trip the worker has seen on this connection; undefined on the first beat. */
  readonly rttMs: number | undefined;
  /** Round trip of the newest beat that was answered, milliseconds; undefined before the first answer. */
  readonly lastRttMs: number | undefined;
  readonly health: BeatHealth;
}

const beatSchema = z
  .strictObject({
    monotonicMs: msField,
    wallMs: wallField,
    rttMs: msField.optional(),
    lastRttMs: msField.optional(),
    health: z.strictObject({
      cpuPercent: z.number().min(0).max(1e6),
      rssBytes: z.number().min(0).max(1e15),
      loopLagMs: msField,
      engines: countField,
      users: countField,
    }),
  })
  .transform((beat): Beat => ({ ...beat, rttMs: beat.rttMs, lastRttMs: beat.lastRttMs }));

export interface BeatAnswer {
  /** The master's monotonic clock when the beat arrived and when this answer left. */
  readonly receivedMs: number;
  readonly sentMs: number;
  /**
   * How often this master has given the worker up for lost. When it grows, the worker's share may be with others, and
   * the worker waits to be told a share before it goes on.
   */
  readonly losses: number;
}

const beatAnswerSchema: z.ZodType<BeatAnswer> = z.strictObject({
  receivedMs: msField,
  sentMs: msField,
  losses: countField.default(0),
});

export interface Bye {
  readonly reason: string;
}

export const beatMessage = messageKind<Beat>('beat', beatSchema);
export const beatAnswer = messageKind<BeatAnswer>('beat answer', beatAnswerSchema);
export const byeMessage = messageKind<Bye>('bye', z.strictObject({ reason: textField }));
