import type { ParameterValue } from '@loadstar/shared';

/**
 * One parameter of a scenario file: a typed value with a default that whoever starts a run may change, in the form of the
 * console, by `--param name=value` or over REST.
 */
export type Parameter = TextParameter | NumberParameter | BooleanParameter;

export interface TextParameter {
  readonly type: 'string';
  readonly default: string;
  /** What it is for, in a sentence. */
  readonly description?: string;
  /** The values that there are; left out: any text of at most 2000 characters. */
  readonly choices?: readonly string[];
}

export interface NumberParameter {
  /** `integer`: whole numbers alone. */
  readonly type: 'number' | 'integer';
  readonly default: number;
  readonly description?: string;
  /** Bounds, both allowed. */
  readonly min?: number;
  readonly max?: number;
  readonly choices?: readonly number[];
}

export interface BooleanParameter {
  readonly type: 'boolean';
  readonly default: boolean;
  readonly description?: string;
}

/** What a scenario file may export as `parameters`: up to 100, by name. */
export type Parameters = Readonly<Record<string, Parameter>>;

/** The values that belong to declared parameters. */
export type ParameterValues<Declared extends Parameters> = {
  readonly [Name in keyof Declared]: ValueOf<Declared[Name]>;
};

type ValueOf<Declared extends Parameter> = Declared extends { choices: readonly (infer Choice)[] }
  ? Choice
  : Declared extends TextParameter
    ? string
    : Declared extends NumberParameter
      ? number
      : Declared extends BooleanParameter
        ? boolean
        : ParameterValue;

/** Declares the parameters of a file; all it does is to keep their types, for `this.params(parameters)`. */
export function defineParameters<const Declared extends Parameters>(declared: Declared): Declared {
  return declared;
}
