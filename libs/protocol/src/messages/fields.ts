// Field types that several messages share. Numbers are finite by schema, texts and lists always have an upper bound.
import { errorTable, type ErrorCode, type Share, type WireError } from '@loadstar/shared';
import { z } from 'zod';
import { messageLimits } from './limits.js';

/** Short text such as a class or file name. */
export const nameField = z.string().min(1).max(messageLimits.nameLength);
export const textField = z.string().max(messageLimits.textLength);
/** An id that `newId` made, or a test or store with the same alphabet; safe in file names and metric labels. */
export const idField = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);
/** SHA-256 in hexadecimal. */
export const hashField = z.string().regex(/^[0-9a-f]{64}$/);
/** A duration or a reading of a monotonic clock, milliseconds. */
export const msField = z.number().min(0).max(1e13);
/** A wall-clock reading, milliseconds since 1970; may be far off, so any finite number will do. */
export const wallField = z.number();
export const countField = z.number().int().min(0).max(1e9);
export const bytesField = z.instanceof(Uint8Array).refine((bytes) => bytes.byteLength <= messageLimits.partBytes);

/** Which users belong to one worker: number k with `k mod of === index`. */
export const shareField: z.ZodType<Share> = z
  .strictObject({ index: z.number().int().min(0).max(99_999), of: z.number().int().min(1).max(100_000) })
  .refine(({ index, of }) => index < of);

const codes = Object.keys(errorTable) as [ErrorCode, ...ErrorCode[]];
const detailField = z.union([
  textField,
  z.number(),
  z.boolean(),
  z.array(z.string().max(messageLimits.nameLength)).max(200),
]);

/** An error of the table, as it travels. */
export const wireErrorField: z.ZodType<WireError> = z.strictObject({
  code: z.enum(codes),
  details: z.record(z.string().max(40), detailField),
  fields: z.array(z.strictObject({ field: nameField, problem: textField })).max(100),
});

/** The answer to a command that carries nothing back. */
export const doneField = z.union([
  z.strictObject({ ok: z.literal(true) }),
  z.strictObject({ problem: wireErrorField }),
]);
