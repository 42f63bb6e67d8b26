// What a worker tells: numbers, state, log lines. Numbers are cumulative snapshots, so a lost, repeated or late one
// changes nothing; a snapshot larger than one frame travels in parts under one sequence number.
import type { TraceExample, WireError } from '@loadstar/shared';
import { z } from 'zod';
import { bytesField, idField, textField, wireErrorField } from './fields.js';
import { type WorkState, workStates } from './join.js';
import { messageLimits } from './limits.js';
import { messageKind } from './parse.js';

export interface SnapshotPart {
  /** Sequence number of the snapshot, growing over the life of the incarnation. */
  readonly seq: number;
  readonly part: number;
  readonly parts: number;
  readonly bytes: Uint8Array;
}

const seqField = z.number().int().min(1).max(Number.MAX_SAFE_INTEGER);

const snapshotSchema: z.ZodType<SnapshotPart> = z
  .strictObject({
    seq: seqField,
    part: z.number().int().min(0),
    parts: z.number().int().min(1).max(messageLimits.snapshotParts),
    bytes: bytesField,
  })
  .refine(({ part, parts }) => part < parts);

/** `seq` says that the whole snapshot is in the ledger; `part` only that the part arrived. */
export type SnapshotAnswer = { readonly seq: number } | { readonly part: number } | { readonly problem: WireError };

const snapshotAnswerSchema: z.ZodType<SnapshotAnswer> = z.union([
  z.strictObject({ seq: seqField }),
  z.strictObject({ part: z.number().int().min(0) }),
  z.strictObject({ problem: wireErrorField }),
]);

export interface StateReport {
  readonly state: WorkState;
  /** The run that the state is about. */
  readonly runId: string | undefined;
  /** Why, when the change was not asked for. */
  readonly reason: string | undefined;
  readonly problem: WireError | undefined;
}

const stateSchema = z
  .strictObject({
    state: z.enum(workStates),
    runId: idField.optional(),
    reason: textField.optional(),
    problem: wireErrorField.optional(),
  })
  .transform(({ state, runId, reason, problem }): StateReport => ({ state, runId, reason, problem }));

export interface LogBatch {
  /** Newest last. */
  readonly lines: readonly string[];
  /** Lines that were not sent because there were too many. */
  readonly dropped: number;
}

const logSchema: z.ZodType<LogBatch> = z.strictObject({
  lines: z.array(z.string().max(messageLimits.logLineLength)).max(messageLimits.logLines),
  dropped: z.number().int().min(0).max(1e12),
});

export interface TraceExamples {
  readonly runId: string;
  readonly examples: readonly TraceExample[];
}

const exampleNameField = z.string().max(messageLimits.exampleNameLength);
const millisecondsField = z.number().min(0).max(Number.MAX_SAFE_INTEGER);

const examplesSchema: z.ZodType<TraceExamples> = z.strictObject({
  runId: idField,
  examples: z
    .array(
      z.strictObject({
        method: exampleNameField,
        name: exampleNameField,
        isFailure: z.boolean(),
        traceId: z.string().regex(/^[\da-f]{32}$/),
        spanId: z.string().regex(/^[\da-f]{16}$/),
        endMs: millisecondsField,
        serviceMs: millisecondsField,
        responseMs: millisecondsField,
      }),
    )
    .max(messageLimits.traceExamples),
});

export const snapshotMessage = messageKind<SnapshotPart>('snapshot', snapshotSchema);
export const snapshotAnswer = messageKind<SnapshotAnswer>('snapshot answer', snapshotAnswerSchema);
export const stateMessage = messageKind<StateReport>('state', stateSchema);
export const examplesMessage = messageKind<TraceExamples>('examples', examplesSchema);
export const logMessage = messageKind<LogBatch>('log', logSchema);
