// The plan of a run and its changes as they cross the wire; the types are those of @loadstar/shared.
import { type LoadChange, type LoadPlan, readScenarios, type RunPlan, type ScenarioLoad } from '@loadstar/shared';
import { z } from 'zod';
import { hashField, idField, msField, nameField } from './fields.js';

const usersField = z.number().int().min(0).max(100_000_000);
const rateField = z.number().gt(0).max(10_000_000);
const runTimeField = z.number().gt(0).max(1e11);
const classNamesField = z.array(nameField).max(1000);
const weightsField = z.record(nameField, z.number().min(0).max(1e9)).refine((w) => Object.keys(w).length <= 1000);

/** Scenarios of a plan, read by the same rules as a scenario file's, so that nothing gets past them on the wire. */
export const scenariosField = z.unknown().transform((value, context): readonly ScenarioLoad[] => {
  const { scenarios, problems } = readScenarios(value);
  for (const { field, problem } of problems) context.addIssue({ code: 'custom', message: `${field}: ${problem}` });
  return scenarios;
});

const loadField = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('users'),
      users: usersField,
      spawnRate: rateField,
      runTimeMs: runTimeField.optional(),
    }),
    z.strictObject({ kind: z.literal('shape'), shape: nameField, runTimeMs: runTimeField.optional() }),
    z.strictObject({
      kind: z.literal('scenarios'),
      scenarios: scenariosField,
      runTimeMs: runTimeField.optional(),
    }),
  ])
  .transform((load): LoadPlan => ({ ...load, runTimeMs: load.runTimeMs }));

export const planField: z.ZodType<RunPlan> = z.strictObject({
  runId: idField,
  scenario: nameField,
  bundleHash: hashField,
  host: z.string().max(2000),
  seed: nameField,
  load: loadField,
  userClasses: classNamesField,
  classWeights: weightsField,
  stopTimeoutMs: msField.max(86_400_000),
  identify: z.boolean(),
  traceSampling: z.number().min(0).max(1).optional(),
  parameters: z
    .record(nameField, z.union([z.string().max(2000), z.number(), z.boolean()]))
    .refine((values) => Object.keys(values).length <= 100)
    .optional(),
  limits: z.strictObject({
    maxUsers: usersField,
    maxRate: z.number().gt(0).max(1e9).optional(),
    allowedTargets: z.array(nameField).max(1000),
  }),
});

export const loadChangeField = z
  .strictObject({
    atMs: msField,
    users: usersField,
    spawnRate: rateField,
    runTimeMs: runTimeField.optional(),
    userClasses: classNamesField.optional(),
    classWeights: weightsField.optional(),
    paused: z.boolean().optional(),
    tasks: z
      .record(nameField, classNamesField.min(1))
      .refine((tasks) => Object.keys(tasks).length <= 1000)
      .optional(),
    scenarios: z
      .array(z.strictObject({ name: nameField, vus: usersField.optional(), rate: rateField.optional() }))
      .max(100)
      .optional(),
  })
  .transform(({ scenarios, paused, tasks, ...change }): LoadChange => ({
    ...change,
    ...(paused === undefined ? {} : { paused }),
    ...(tasks ? { tasks } : {}),
    ...(scenarios ? { scenarios } : {}),
    runTimeMs: change.runTimeMs,
    userClasses: change.userClasses,
    classWeights: change.classWeights,
  }));
