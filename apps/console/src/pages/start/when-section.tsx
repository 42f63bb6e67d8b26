import { useId } from 'react';
import { Field } from '../../components/field.js';
import { durationWords, readRunTime } from '../../format/durations.js';
import type { WhenField, WhenForm, WhenKind, WhenProblems } from '../../plan/when.js';

const kinds: readonly { kind: WhenKind; label: string; about: string }[] = [
  { kind: 'now', label: 'Now', about: 'On all workers that are free' },
  { kind: 'queue', label: 'When its turn comes', about: 'After those that wait before it' },
  { kind: 'schedule', label: 'Again and again', about: 'Queued on a schedule' },
];

interface WhenSectionProps {
  when: WhenForm;
  mistakes: WhenProblems;
  onChange: (part: Partial<WhenForm>) => void;
}

/** When the test begins, and how it waits. */
export function WhenSection({ when, mistakes, onChange }: WhenSectionProps) {
  const id = useId();
  const text = (field: WhenField) => ({
    value: when[field],
    onValue: (value: string) => onChange({ [field]: value }),
    mistake: mistakes[field],
    testId: `${field}-input`,
  });
  const delay = readRunTime(when.delaySeconds);
  const known = delay.problem === undefined && delay.seconds !== null;
  return (
    <section>
      <h2 id={id}>When</h2>
      <div className="choices three" role="radiogroup" aria-labelledby={id}>
        {kinds.map(({ kind, label, about }) => (
          <label key={kind} className="choice">
            <input
              type="radio"
              name="when"
              checked={when.kind === kind}
              onChange={() => onChange({ kind })}
              data-testid={`when-${kind}`}
            />
            <span className="name">{label}</span>
            <span className="about">{about}</span>
          </label>
        ))}
      </div>
      {when.kind === 'schedule' ? (
        <div className="fields">
          <Field {...text('name')} label="Name" optional placeholder="Nightly" />
          <Field
            {...text('cron')}
            label="Times"
            placeholder="0 3 * * 1-5"
            help="Minute, hour, day, month, weekday, as cron has them"
          />
          <Field {...text('timeZone')} label="Time zone" placeholder="UTC" />
        </div>
      ) : null}
      {when.kind === 'now' ? null : (
        <div className="fields">
          <Field
            {...text('priority')}
            label="Priority"
            optional
            placeholder="0"
            help="−100 to 100; higher goes first"
          />
          <Field
            {...text('delaySeconds')}
            label="Not before"
            optional
            placeholder="at once"
            help={known ? `= in ${durationWords(delay.seconds ?? 0)}` : 'From now on, such as 30m'}
          />
          <Field
            {...text('minWorkers')}
            label="Workers"
            optional
            placeholder="1"
            help="That have to be free at the least"
          />
          <Field {...text('labels')} label="Labels" optional placeholder="zone=eu" help="That its workers carry" />
        </div>
      )}
    </section>
  );
}
