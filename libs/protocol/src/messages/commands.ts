// What a master may ask of a worker. Every command is answered and may be sent again: the worker recognises the run.
import type { LoadChange, RunPlan, ScenarioDescription, Share, WireError } from '@loadstar/shared';
import { z } from 'zod';
import { descriptionField } from './description.js';
import { bytesField, doneField, hashField, idField, msField, shareField, textField, wireErrorField } from './fields.js';
import { messageLimits } from './limits.js';
import { messageKind } from './parse.js';
import { loadChangeField, planField } from './plan.js';

/** JSON text: `setup()` results go as text, so that no schema has to follow what a scenario invents. */
const dataField = z.string().max(messageLimits.setupDataLength);

export interface Prepare {
  readonly plan: RunPlan;
}
export interface Inspect {
  readonly bundleHash: string;
}

/** Answer to `prepare` and `inspect`; `needs` asks for the bundle, then the command comes again. */
export type DescriptionAnswer =
  | { readonly ok: true; readonly description: ScenarioDescription }
  | { readonly needs: 'bundle' }
  | { readonly problem: WireError };

const descriptionAnswerSchema = z.union([
  z.strictObject({ ok: z.literal(true), description: descriptionField }),
  z.strictObject({ needs: z.literal('bundle') }),
  z.strictObject({ problem: wireErrorField }),
]);

export interface BundlePart {
  /** SHA-256 of the whole bundle's UTF-8 text, which the worker checks. */
  readonly hash: string;
  readonly part: number;
  readonly parts: number;
  readonly bytes: Uint8Array;
}

const bundleSchema: z.ZodType<BundlePart> = z
  .strictObject({
    hash: hashField,
    part: z.number().int().min(0),
    parts: z.number().int().min(1).max(messageLimits.bundleParts),
    bytes: bytesField,
  })
  .refine(({ part, parts }) => part < parts);

export interface RunCommand {
  readonly runId: string;
}
export type SetupAnswer = { readonly ok: true; readonly data: string | undefined } | { readonly problem: WireError };

const setupAnswerSchema = z.union([
  z.strictObject({ ok: z.literal(true), data: dataField.optional() }).transform(({ ok, data }) => ({ ok, data })),
  z.strictObject({ problem: wireErrorField }),
]);

export interface Start {
  readonly runId: string;
  readonly share: Share;
  /** Instant on the master's monotonic clock at which the run time is `elapsedMs`; the same for all workers. */
  readonly startAtMasterMs: number;
  /** 0 for a new run; the run time at that instant for a worker that joins a running one. */
  readonly elapsedMs: number;
  /** Changes of the load that were made before this worker came, oldest first. */
  readonly changes: readonly LoadChange[];
  readonly data: string | undefined;
  /** Time since the last confirmed beat after which no iteration may begin, milliseconds; undefined: no such fence. */
  readonly fenceMs: number | undefined;
}

const startSchema = z
  .strictObject({
    runId: idField,
    share: shareField,
    startAtMasterMs: msField,
    elapsedMs: msField,
    changes: z.array(loadChangeField).max(1000),
    data: dataField.optional(),
    fenceMs: msField.optional(),
  })
  .transform((start): Start => ({ ...start, data: start.data, fenceMs: start.fenceMs }));

export interface Adjust {
  readonly runId: string;
  /** Run time from which the change holds, milliseconds. */
  readonly atMs: number;
  readonly load: LoadChange | undefined;
  readonly share: Share | undefined;
}

const adjustSchema = z
  .strictObject({ runId: idField, atMs: msField, load: loadChangeField.optional(), share: shareField.optional() })
  .transform((adjust): Adjust => ({ ...adjust, load: adjust.load, share: adjust.share }));

export interface Stop {
  readonly runId: string;
  /** Time that iterations may take to end, milliseconds. */
  readonly graceMs: number;
  readonly reason: string;
}

const runSchema: z.ZodType<RunCommand> = z.strictObject({ runId: idField });

export const prepareMessage = messageKind<Prepare>('prepare', z.strictObject({ plan: planField }));
export const inspectMessage = messageKind<Inspect>('inspect', z.strictObject({ bundleHash: hashField }));
export const descriptionAnswer = messageKind<DescriptionAnswer>('description', descriptionAnswerSchema);
export const bundleMessage = messageKind<BundlePart>('bundle', bundleSchema);
export const setupMessage = messageKind<RunCommand>('setup', runSchema);
export const setupAnswer = messageKind<SetupAnswer>('setup answer', setupAnswerSchema);
export const teardownMessage = messageKind<RunCommand>('teardown', runSchema);
export const startMessage = messageKind<Start>('start', startSchema);
export const adjustMessage = messageKind<Adjust>('adjust', adjustSchema);
export const stopMessage = messageKind<Stop>(
  'stop',
  z.strictObject({ runId: idField, graceMs: msField, reason: textField }),
);
/** Answer to the commands that bring nothing back. */
export const doneAnswer = messageKind<{ ok: true } | { problem: WireError }>('answer', doneField);
