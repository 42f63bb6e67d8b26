// What a scenario declares, as a worker's engine found it out. The master must not trust it more than any other input.
import {
  type ParameterDescription,
  readParameterDeclarations,
  type ScenarioDescription,
  type ShapeCurve,
  type TaskDescription,
} from '@loadstar/shared';
import { z } from 'zod';
import { nameField, textField } from './fields.js';
import { scenariosField } from './plan.js';

const taskField: z.ZodType<TaskDescription> = z.strictObject({
  name: nameField,
  ratio: z.number().min(0).max(1.000001),
  tasks: z.lazy(() => z.array(taskField).max(1000)),
});

const curveField: z.ZodType<ShapeCurve> = z.strictObject({
  everySeconds: z.number().gt(0).max(1e6),
  users: z.array(z.number().min(0).max(1e9)).min(1).max(500),
  endSeconds: z.number().min(0).max(1e9).nullable(),
});

/** Read by the same rules as a scenario file's. */
const parametersField = z.unknown().transform((value, context): ParameterDescription[] => {
  const { parameters, problems } = readParameterDeclarations(value);
  for (const { field, problem } of problems) context.addIssue({ code: 'custom', message: `${field}: ${problem}` });
  return parameters;
});

export const descriptionField = z
  .strictObject({
    userClasses: z
      .array(
        z.strictObject({
          name: nameField,
          weight: z.number().min(0).max(1e9),
          fixedCount: z.number().int().min(0).max(1e9),
          tasks: z.array(taskField).max(1000),
        }),
      )
      .max(1000),
    shapes: z.array(nameField).max(1000),
    host: z.string().max(2000).optional(),
    thresholds: z.record(textField, z.array(textField).max(100)),
    stopTimeoutMs: z.number().min(0).max(3_600_000).optional(),
    scenarios: z.union([z.array(z.never()).length(0), scenariosField]).optional(),
    parameters: z.union([z.undefined(), parametersField]).optional(),
    curves: z
      .record(nameField, curveField)
      .refine((curves) => Object.keys(curves).length <= 100)
      .optional(),
  })
  .transform(({ curves, parameters, ...description }): ScenarioDescription => ({
    ...description,
    ...(parameters ? { parameters } : {}),
    ...(curves ? { curves } : {}),
    host: description.host,
  }));
