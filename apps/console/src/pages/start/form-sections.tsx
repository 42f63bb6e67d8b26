import type { ScenarioView } from '@loadstar/shared';
import { Field, Note } from '../../components/field.js';
import type { ChangeForm, FormProblems, RunForm } from '../../plan/run-form.js';

export interface SectionProps {
  form: RunForm;
  change: ChangeForm;
  mistakes: FormProblems;
}

export function TargetSection({ form, change, mistakes, suggested }: SectionProps & { suggested: string | undefined }) {
  const other = suggested !== undefined && suggested !== form.host;
  return (
    <section>
      <h2>Target</h2>
      <Field
        label="Host"
        inputMode="url"
        placeholder="http://localhost:5001"
        value={form.host}
        onValue={(host) => change({ host })}
        mistake={mistakes.host}
        help={
          other ? (
            <>
              The scenario suggests{' '}
              <button type="button" className="link" onClick={() => change({ host: suggested })}>
                {suggested}
              </button>
            </>
          ) : (
            'Base URL of the system to load. Only load what you may.'
          )
        }
        testId="host"
      />
    </section>
  );
}

export function AdvancedSection(props: SectionProps & { scenario: ScenarioView | undefined }) {
  const { form, change, mistakes, scenario } = props;
  const classes = scenario?.description?.userClasses ?? [];
  const chosen = form.userClasses.length > 0 ? form.userClasses : classes.map((entry) => entry.name);
  const toggle = (name: string, on: boolean) => {
    const next = classes.map((entry) => entry.name).filter((entry) => (entry === name ? on : chosen.includes(entry)));
    // None would be a test without users, so the last one stays.
    if (next.length > 0) change({ userClasses: next.length === classes.length ? [] : next });
  };
  return (
    <details className="advanced" open={mistakes.seed || mistakes.tags || mistakes.userClasses ? true : undefined}>
      <summary>Advanced: seed, tags and user classes</summary>
      <div>
        <div className="fields">
          <Field
            label="Seed"
            optional
            placeholder="a new one"
            value={form.seed}
            onValue={(seed) => change({ seed })}
            mistake={mistakes.seed}
            help="The same seed repeats the same choices"
            testId="seed-input"
          />
          <Field
            label="Tags"
            optional
            placeholder="nightly, v2"
            value={form.tags}
            onValue={(tags) => change({ tags })}
            mistake={mistakes.tags}
            help="Words to find the run by"
            testId="tags-input"
          />
        </div>
        {classes.length > 1 ? (
          <fieldset className="field">
            <legend className="group-label">User classes</legend>
            <div className="checks">
              {classes.map((entry) => (
                <label key={entry.name}>
                  <input
                    type="checkbox"
                    checked={chosen.includes(entry.name)}
                    onChange={(event) => toggle(entry.name, event.target.checked)}
                    data-testid={`class-${entry.name}`}
                  />
                  {entry.name}
                </label>
              ))}
            </div>
            {mistakes.userClasses ? (
              <Note id="classes-note" mistake={mistakes.userClasses} testId="user-classes" />
            ) : null}
          </fieldset>
        ) : null}
      </div>
    </details>
  );
}
