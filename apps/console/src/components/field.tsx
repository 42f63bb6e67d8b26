import { type InputHTMLAttributes, type ReactNode, useId } from 'react';
import { Icon } from './icons.js';

interface FieldProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'onChange' | 'value'> {
  label: string;
  value: string;
  onValue: (value: string) => void;
  help?: ReactNode;
  /** What is wrong with the value, in words. */
  mistake?: string | undefined;
  optional?: boolean;
  testId: string;
}

/** One labelled text field with its help and, in place of it, what is wrong. */
export function Field({ label, value, onValue, help, mistake, optional, testId, ...input }: FieldProps) {
  const id = useId();
  const wrong = mistake !== undefined;
  return (
    <div className="field">
      <label htmlFor={id}>
        {label}
        {optional ? <span className="optional"> (optional)</span> : null}
      </label>
      <input
        {...input}
        id={id}
        className="input"
        type="text"
        autoComplete="off"
        spellCheck={false}
        value={value}
        onChange={(event) => onValue(event.target.value)}
        aria-invalid={wrong}
        aria-describedby={`${id}-note`}
        data-testid={testId}
      />
      <Note id={`${id}-note`} help={help} mistake={mistake} testId={testId} />
    </div>
  );
}

interface NoteProps {
  id: string;
  help?: ReactNode;
  mistake?: string | undefined;
  testId: string;
}

export function Note({ id, help, mistake, testId }: NoteProps) {
  if (mistake === undefined) {
    return (
      <div className="help" id={id}>
        {help}
      </div>
    );
  }
  return (
    <div className="mistake" id={id} role="alert" data-testid={`${testId}-mistake`}>
      <Icon name="alert" />
      <span>{mistake}</span>
    </div>
  );
}
