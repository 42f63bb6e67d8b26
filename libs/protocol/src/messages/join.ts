// Joining: `hello` travels as the handshake of the connection, so that nothing else is read before it was judged;
// `welcome` is the master's answer and gives the worker the timings it has to live by.
import type { Share } from '@loadstar/shared';
import { z } from 'zod';
import { countField, idField, msField, nameField, shareField, wallField } from './fields.js';
import { messageKind } from './parse.js';

/** What a worker is doing, as it says itself. */
export const workStates = ['idle', 'preparing', 'prepared', 'running', 'stopping', 'draining'] as const;
export type WorkState = (typeof workStates)[number];

/** The run that a worker is in when it joins again, so that a master (also a new one) can take it over. */
export interface HeldRun {
  readonly runId: string;
  readonly state: WorkState;
  /** Set once the run was started. */
  readonly share: Share | undefined;
  /** Milliseconds of run time that have passed at this worker; 0 before the start. */
  readonly elapsedMs: number;
}

export interface Hello {
  readonly token: string;
  readonly protocol: number;
  /** Product version, for people. */
  readonly version: string;
  /** Name of the worker; several may share one. */
  readonly worker: string;
  /** Random id of this process life. */
  readonly incarnation: string;
  /** Secret of this process life: proves that a later connection of the same incarnation is the same process. */
  readonly key: string;
  /** Engine processes that it runs. */
  readonly engines: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly wallMs: number;
  readonly run: HeldRun | undefined;
}

const heldRunField = z
  .strictObject({ runId: idField, state: z.enum(workStates), share: shareField.optional(), elapsedMs: msField })
  .transform((run): HeldRun => ({ ...run, share: run.share }));

const helloSchema = z
  .strictObject({
    token: z.string().max(512),
    protocol: z.number().int(),
    version: z.string().max(40),
    worker: z.string().regex(/^[A-Za-z0-9._:-]{1,100}$/),
    incarnation: z.string().regex(/^[a-z0-9]{6,32}$/),
    key: z.string().regex(/^[A-Za-z0-9]{16,128}$/),
    engines: z.number().int().min(1).max(4096),
    labels: z
      .record(z.string().regex(/^[A-Za-z0-9._-]{1,64}$/), nameField)
      .refine((labels) => Object.keys(labels).length <= 32),
    wallMs: wallField,
    run: heldRunField.optional(),
  })
  .transform((hello): Hello => ({ ...hello, run: hello.run }));

export interface Welcome {
  /** Id under which the master knows this worker. */
  readonly workerId: string;
  /** Random id of the master's process life; its monotonic clock belongs to it. */
  readonly masterId: string;
  /** Grows from each leading master to the next; a worker obeys nobody of a lower one than it has met. */
  readonly epoch: number;
  readonly beatMs: number;
  /** Silence of the master after which the worker ends its load softly, and after which at once, milliseconds. */
  readonly drainMs: number;
  readonly stopMs: number;
}

const welcomeSchema: z.ZodType<Welcome> = z.strictObject({
  workerId: nameField,
  masterId: idField,
  epoch: countField,
  beatMs: msField.min(10).max(60_000),
  drainMs: msField.min(100).max(3_600_000),
  stopMs: msField.min(100).max(3_600_000),
});

export const helloMessage = messageKind<Hello>('hello', helloSchema);
export const welcomeMessage = messageKind<Welcome>('welcome', welcomeSchema);

/** Id of a worker: two that run under one name both live. */
export function workerIdOf(hello: Pick<Hello, 'worker' | 'incarnation'>): string {
  return `${hello.worker}_${hello.incarnation}`;
}
