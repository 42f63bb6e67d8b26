// Parameters that a scenario declares, as the form holds them: what is typed, what is wrong with it, what is sent.
import type { ParameterDescription, ParameterValue, ScenarioView } from '@loadstar/shared';
import { readAmount } from '../format/amounts.js';

/** By name, as typed; what is not here has its default. */
export type ParameterTexts = Readonly<Record<string, string>>;
/** How the API names a mistake in one of them. */
export type ParameterField = `parameters.${string}`;

export const parametersOf = (scenario: ScenarioView | undefined): readonly ParameterDescription[] =>
  scenario?.description?.parameters ?? [];

export const textOf = (texts: ParameterTexts, { name, default: value }: ParameterDescription): string =>
  texts[name] ?? String(value);

export function parameterProblems(
  declared: readonly ParameterDescription[],
  texts: ParameterTexts,
): Partial<Record<ParameterField, string>> {
  const problems: Partial<Record<ParameterField, string>> = {};
  for (const parameter of declared) {
    const { problem } = readText(parameter, textOf(texts, parameter));
    if (problem !== undefined) problems[`parameters.${parameter.name}`] = problem;
  }
  return problems;
}

/** Those that differ from their defaults. Call only when `parameterProblems` finds nothing. */
export function parameterValues(
  declared: readonly ParameterDescription[],
  texts: ParameterTexts,
): Record<string, ParameterValue> {
  return Object.fromEntries(
    declared.flatMap((parameter) => {
      const reading = readText(parameter, textOf(texts, parameter));
      const isOwn = reading.problem === undefined && reading.value !== parameter.default;
      return isOwn ? [[parameter.name, reading.value]] : [];
    }),
  );
}

/** Values of a run as they would be typed. */
export function textsOf(values: Readonly<Record<string, ParameterValue>> = {}): ParameterTexts {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
}

type Reading = { value: ParameterValue; problem?: undefined } | { problem: string };

function readText({ type, name, min, max, choices }: ParameterDescription, text: string): Reading {
  if (type === 'boolean') return { value: text === 'true' };
  if (type === 'string') {
    if (choices && !choices.includes(text)) return { problem: `Choose one of ${choices.join(', ')}.` };
    return text.length > 2000 ? { problem: 'At most 2,000 characters.' } : { value: text };
  }
  if (text.trim() === '') return { problem: 'This needs a number.' };
  const reading = readAmount(text, {
    what: name,
    whole: type === 'integer',
    min: min ?? -Number.MAX_VALUE,
  });
  if (reading.problem === undefined && max !== undefined && reading.value > max) {
    return { problem: `This has to be at most ${max}.` };
  }
  if (reading.problem === undefined && choices && !choices.includes(reading.value)) {
    return { problem: `Choose one of ${choices.join(', ')}.` };
  }
  return reading;
}
