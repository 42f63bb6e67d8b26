import type { ScenarioView } from '@loadstar/shared';
import { useId } from 'react';
import type { ConsoleConfig } from '../../api/client.js';
import { Field, Note } from '../../components/field.js';
import { durationWords, readRunTime, runTimeText } from '../../format/durations.js';
import { type ChangeForm, type FormProblems, noShape, type RunForm } from '../../plan/run-form.js';

interface SectionProps {
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

interface LoadSectionProps extends SectionProps {
  /** The shape that decides, if one does. */
  shape: string | undefined;
  shapes: readonly string[];
  config: ConsoleConfig;
}

export function LoadSection({ form, change, mistakes, shape, shapes, config }: LoadSectionProps) {
  const { defaults, limits } = config;
  const unlimited = defaults.runTimeSeconds === null;
  return (
    <section>
      <h2>Load</h2>
      {shapes.length > 0 ? <ShapeChoice shapes={shapes} shape={shape} change={change} /> : null}
      {mistakes.shape ? <Note id="shape-note" mistake={mistakes.shape} testId="shape" /> : null}
      <div className="fields">
        {shape !== undefined ? null : (
          <>
            <Field
              label="Users"
              inputMode="numeric"
              value={form.users}
              onValue={(users) => change({ users })}
              mistake={mistakes.users}
              help={`At once, at most ${limits.maxUsers.toLocaleString()}`}
              testId="users-input"
            />
            <Field
              label="Spawn rate"
              inputMode="decimal"
              value={form.spawnRate}
              onValue={(spawnRate) => change({ spawnRate })}
              mistake={mistakes.spawnRate}
              help="New users per second"
              testId="spawn-rate-input"
            />
          </>
        )}
        <Field
          label="Run time"
          optional
          placeholder={unlimited ? 'until stopped' : `${runTimeText(defaults.runTimeSeconds)} by default`}
          value={form.runTimeSeconds}
          onValue={(runTimeSeconds) => change({ runTimeSeconds })}
          mistake={mistakes.runTimeSeconds}
          help={runTimeHelp(form.runTimeSeconds)}
          testId="run-time-input"
        />
      </div>
    </section>
  );
}

/** Says while it is typed how the run time is understood. */
function runTimeHelp(text: string): string {
  const reading = readRunTime(text);
  if (reading.problem !== undefined) return 'Like 20s, 3m or 1h20m';
  return reading.seconds === null ? 'Like 20s, 3m or 1h20m' : `= ${durationWords(reading.seconds)}`;
}

interface ShapeChoiceProps {
  shapes: readonly string[];
  shape: string | undefined;
  change: ChangeForm;
}

function ShapeChoice({ shapes, shape, change }: ShapeChoiceProps) {
  const id = useId();
  const choices = [...shapes.map((name) => ({ value: name, label: name, about: 'Shape of the scenario' }))];
  choices.push({ value: noShape, label: 'Users and spawn rate', about: 'You decide' });
  return (
    <div className="field">
      <span className="group-label visually-hidden" id={id}>
        What decides the load
      </span>
      <div className="choices" role="radiogroup" aria-labelledby={id}>
        {choices.map((choice) => (
          <label key={choice.value} className="choice">
            <input
              type="radio"
              name="shape"
              checked={(shape ?? noShape) === choice.value}
              onChange={() => change({ shape: choice.value })}
              data-testid={`shape-${choice.value}`}
            />
            <span className="name cut">{choice.label}</span>
            <span className="about">{choice.about}</span>
          </label>
        ))}
      </div>
    </div>
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
    <details className="advanced" open={mistakes.seed || mistakes.userClasses ? true : undefined}>
      <summary>Advanced: seed and user classes</summary>
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
