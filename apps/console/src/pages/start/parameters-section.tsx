import type { ParameterDescription, ScenarioView } from '@loadstar/shared';
import { useId } from 'react';
import { Field, Note } from '../../components/field.js';
import { parametersOf, textOf } from '../../plan/parameters.js';
import type { SectionProps } from './form-sections.js';

/** What the chosen file lets whoever starts it decide, each in the control that its type asks for. */
export function ParametersSection(props: SectionProps & { scenario: ScenarioView | undefined }) {
  const declared = parametersOf(props.scenario);
  if (declared.length === 0) return null;
  return (
    <section data-testid="parameters">
      <h2>Parameters</h2>
      <div className="fields">
        {declared.map((parameter) => (
          <Parameter key={parameter.name} {...props} parameter={parameter} />
        ))}
      </div>
    </section>
  );
}

function Parameter({ parameter, form, change, mistakes }: SectionProps & { parameter: ParameterDescription }) {
  const id = useId();
  const { name, type, description, choices } = parameter;
  const value = textOf(form.parameters, parameter);
  const mistake = mistakes[`parameters.${name}`];
  const set = (text: string) => change({ parameters: { ...form.parameters, [name]: text } });
  const testId = `param-${name}`;
  const help = [description, boundsWords(parameter), `default ${String(parameter.default)}`]
    .filter(Boolean)
    .join(' · ');
  if (type === 'boolean') {
    return (
      <div className="field">
        <label className="check own-line">
          <input
            type="checkbox"
            checked={value === 'true'}
            onChange={(event) => set(String(event.target.checked))}
            aria-describedby={`${id}-note`}
            data-testid={testId}
          />
          {name}
        </label>
        <Note id={`${id}-note`} help={help} mistake={mistake} testId={testId} />
      </div>
    );
  }
  if (choices) {
    return (
      <div className="field">
        <label htmlFor={id}>{name}</label>
        <select
          id={id}
          className="input"
          value={value}
          onChange={(event) => set(event.target.value)}
          aria-describedby={`${id}-note`}
          data-testid={testId}
        >
          {choices.map((choice) => (
            <option key={choice} value={String(choice)}>
              {choice}
            </option>
          ))}
        </select>
        <Note id={`${id}-note`} help={help} mistake={mistake} testId={testId} />
      </div>
    );
  }
  return (
    <Field
      label={name}
      inputMode={type === 'integer' ? 'numeric' : type === 'number' ? 'decimal' : 'text'}
      value={value}
      onValue={set}
      mistake={mistake}
      help={help}
      testId={testId}
    />
  );
}

function boundsWords({ min, max }: ParameterDescription): string {
  if (min !== undefined && max !== undefined) return `${min} to ${max}`;
  if (min !== undefined) return `at least ${min}`;
  return max === undefined ? '' : `at most ${max}`;
}
