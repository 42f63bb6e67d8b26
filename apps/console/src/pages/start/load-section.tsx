// What decides the load: users and a spawn rate, a shape, the plan of the file, or an executor with its fields.
import type { ScenarioView } from '@loadstar/shared';
import { useId } from 'react';
import type { ConsoleConfig } from '../../api/client.js';
import { Field, Note } from '../../components/field.js';
import { durationWords, readRunTime } from '../../format/durations.js';
import { type ExecutorField, executorNames, executors, isExecutor, lookOfField } from '../../plan/executors.js';
import {
  type ChangeForm,
  filePlan,
  loadKindOf,
  noShape,
  ownExecutor,
  pastPlan,
  type RunForm,
  shapeOf,
} from '../../plan/run-form.js';
import type { SectionProps } from './form-sections.js';

interface LoadSectionProps extends SectionProps {
  scenario: ScenarioView | undefined;
  config: ConsoleConfig;
}

export function LoadSection({ form, change, mistakes, scenario, config }: LoadSectionProps) {
  const kind = loadKindOf(form, scenario);
  const { maxUsers } = config.limits;
  const value = (field: ExecutorField) => form.execution[field];
  return (
    <section>
      <h2>Load</h2>
      <LoadChoice
        scenario={scenario}
        chosen={chosenOf(kind, shapeOf(form, scenario))}
        past={form.plan}
        change={change}
      />
      {mistakes.shape ? <Note id="shape-note" mistake={mistakes.shape} testId="shape" /> : null}
      {kind === 'executor' ? (
        <ExecutorFields executor={form.executor} value={value} form={form} change={change} mistakes={mistakes} />
      ) : null}
      <div className="fields">
        {kind === 'users' ? (
          <>
            <Field
              label="Users"
              inputMode="numeric"
              value={form.users}
              onValue={(users) => change({ users })}
              mistake={mistakes.users}
              help={`At once, at most ${maxUsers.toLocaleString()}`}
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
        ) : null}
        <Field
          label={kind === 'users' ? 'Run time' : 'Run time at most'}
          optional
          placeholder={kind === 'users' ? 'until stopped' : 'as planned'}
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

function chosenOf(kind: ReturnType<typeof loadKindOf>, shape: string | undefined): string {
  if (kind === 'shape') return shape ?? noShape;
  return { users: noShape, file: filePlan, executor: ownExecutor, past: pastPlan }[kind];
}

/** Says while it is typed how the run time is understood. */
function runTimeHelp(text: string): string {
  const reading = readRunTime(text);
  if (reading.problem !== undefined) return 'Like 20s, 3m or 1h20m';
  return reading.seconds === null ? 'Like 20s, 3m or 1h20m' : `= ${durationWords(reading.seconds)}`;
}

interface LoadChoiceProps {
  scenario: ScenarioView | undefined;
  chosen: string;
  /** The plan of the run that is started once more. */
  past: RunForm['plan'];
  change: ChangeForm;
}

function LoadChoice({ scenario, chosen, past, change }: LoadChoiceProps) {
  const id = useId();
  const { shapes = [], scenarios = [] } = scenario?.description ?? {};
  const planned = scenarios.map(({ name }) => name).join(', ');
  const choices = [
    ...(past ? [{ value: pastPlan, label: 'As that run', about: Object.keys(past).join(', ') }] : []),
    ...(scenarios.length > 0 ? [{ value: filePlan, label: 'As the file plans', about: planned }] : []),
    ...shapes.map((name) => ({ value: name, label: name, about: 'Shape of the scenario' })),
    { value: noShape, label: 'Users and spawn rate', about: 'You decide' },
    { value: ownExecutor, label: 'An executor', about: 'Arrivals, stages, iterations' },
  ];
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
              checked={chosen === choice.value}
              onChange={() => change({ shape: choice.value, ...runTimeFor(choice.value) })}
              data-testid={`shape-${choice.value}`}
            />
            <span className="name cut">{choice.label}</span>
            <span className="about cut">{choice.about}</span>
          </label>
        ))}
      </div>
    </div>
  );
}

/** A plan of its own has its own end; a run time that was meant for another load would cut it. */
const runTimeFor = (choice: string): { runTimeSeconds?: string } =>
  choice === filePlan || choice === ownExecutor || choice === pastPlan ? { runTimeSeconds: '' } : {};

interface ExecutorFieldsProps extends SectionProps {
  executor: string;
  value: (field: ExecutorField) => string;
}

function ExecutorFields({ executor, value, form, change, mistakes }: ExecutorFieldsProps) {
  const id = useId();
  const chosen = isExecutor(executor) ? executors[executor] : undefined;
  return (
    <>
      <div className="field">
        <label htmlFor={id}>Executor</label>
        <select
          id={id}
          className="input"
          value={executor}
          onChange={(event) => change({ executor: event.target.value })}
          data-testid="executor"
        >
          {executorNames.map((name) => (
            <option key={name} value={name}>
              {executors[name].label} ({name})
            </option>
          ))}
        </select>
        <div className="help">{chosen?.about}</div>
      </div>
      <div className="fields">
        {chosen?.fields.map((field) => {
          const { label, help, kind } = lookOfField(field);
          return (
            <Field
              key={field}
              label={label}
              inputMode={kind === 'count' ? 'numeric' : kind === 'rate' ? 'decimal' : 'text'}
              value={value(field)}
              onValue={(text) => change({ execution: { ...form.execution, [field]: text } })}
              mistake={mistakes[field]}
              help={help}
              testId={`${field}-input`}
            />
          );
        })}
      </div>
    </>
  );
}
