import type { RunScenarioView, RunView, ScenarioChange } from '@loadstar/shared';
import { type FormEvent, useState } from 'react';
import { type AdjustRunBody, api, runPath } from '../api/client.js';
import { type ApiProblem, asProblem, byField } from '../api/problem.js';
import { readAmount } from '../format/amounts.js';
import { readRunTime } from '../format/durations.js';
import { readSpawnRate, readUsers } from '../plan/run-form.js';
import { CopyCurl } from './copy-button.js';
import { Field } from './field.js';
import { ProblemNotice } from './notice.js';
import { toastStore } from './toast-store.js';

const fields = ['users', 'spawnRate', 'runTimeSeconds', 'scenarios'] as const;
type EditField = (typeof fields)[number];

interface EditBarProps {
  run: RunView;
  maxUsers: number;
  onClose: () => void;
}

/** Changes the load of the running test; the numbers so far stay. */
export function EditBar({ run, maxUsers, onClose }: EditBarProps) {
  const [typed, setTyped] = useState(() => ({
    users: String(run.users ?? ''),
    spawnRate: String(run.spawnRate ?? ''),
    runTimeSeconds: '',
  }));
  const scenarios = (run.scenarios ?? []).filter(({ vus, rate }) => vus !== null || rate !== null);
  const [amounts, setAmounts] = useState(() =>
    Object.fromEntries(scenarios.map(({ name, vus, rate }) => [name, String(vus ?? rate ?? '')])),
  );
  const [mistakes, setMistakes] = useState<Partial<Record<EditField, string>>>({});
  const [problem, setProblem] = useState<ApiProblem>();
  const [busy, setBusy] = useState(false);
  // Where something else decides, there are no users to be typed.
  const planned = run.users === null;
  const read = () => readEdit(typed, planned, maxUsers, scenarios, amounts);
  const readable = read().body;

  const change = (field: keyof typeof typed) => (value: string) => {
    setTyped({ ...typed, [field]: value });
    setMistakes({ ...mistakes, [field]: undefined });
  };

  const apply = async (event: FormEvent) => {
    event.preventDefault();
    const { mistakes: found, body } = read();
    setMistakes(found);
    setProblem(undefined);
    if (!body) return;
    if (Object.keys(body).length === 0) return onClose();
    setBusy(true);
    try {
      await api.adjustRun(run.id, body);
      toastStore.show('good', 'The load is being changed.');
      onClose();
    } catch (error) {
      const failed = asProblem(error);
      const sorted = byField(failed, fields);
      setMistakes(sorted.fields);
      if (Object.keys(sorted.fields).length === 0 || sorted.rest.length > 0) setProblem(failed);
    } finally {
      setBusy(false);
    }
  };

  return (
    <form className="card edit-bar" onSubmit={(event) => void apply(event)} noValidate data-testid="edit-form">
      {planned ? null : (
        <>
          <Field
            label="Users"
            inputMode="numeric"
            value={typed.users}
            onValue={change('users')}
            mistake={mistakes.users}
            testId="edit-users"
          />
          <Field
            label="Spawn rate"
            inputMode="decimal"
            value={typed.spawnRate}
            onValue={change('spawnRate')}
            mistake={mistakes.spawnRate}
            help="Users per second"
            testId="edit-spawn-rate"
          />
        </>
      )}
      {scenarios.map(({ name, vus, about }) => (
        <Field
          key={name}
          label={vus === null ? `Arrivals of ${name}` : `Users of ${name}`}
          inputMode="decimal"
          value={amounts[name] ?? ''}
          onValue={(text) => {
            setAmounts({ ...amounts, [name]: text });
            setMistakes({ ...mistakes, scenarios: undefined });
          }}
          mistake={mistakes.scenarios?.includes(`"${name}"`) ? mistakes.scenarios : undefined}
          help={about}
          testId={`edit-${name}`}
        />
      ))}
      {planned && scenarios.length === 0 ? (
        <p className="soft">
          {run.shape === null ? 'The plan decides the users.' : `The shape ${run.shape} decides the users.`}
        </p>
      ) : null}
      <Field
        label="Stop after"
        placeholder="as planned"
        value={typed.runTimeSeconds}
        onValue={change('runTimeSeconds')}
        mistake={mistakes.runTimeSeconds}
        help="From now on, such as 10m"
        testId="edit-run-time"
      />
      <div className="row">
        <button type="submit" className="button primary" disabled={busy} data-testid="edit-apply">
          Apply
        </button>
        <button type="button" className="button quiet" onClick={onClose}>
          Cancel
        </button>
        <CopyCurl call={readable && { method: 'PATCH', path: runPath(run.id), body: readable }} />
      </div>
      {problem ? <ProblemNotice problem={problem} /> : null}
    </form>
  );
}

/** The values to send, or what is wrong with them. */
function readEdit(
  typed: { users: string; spawnRate: string; runTimeSeconds: string },
  planned: boolean,
  maxUsers: number,
  scenarios: readonly RunScenarioView[],
  amounts: Readonly<Record<string, string>>,
) {
  const mistakes: Partial<Record<EditField, string>> = {};
  const body: AdjustRunBody = {};
  if (!planned) {
    const users = readUsers(typed.users, maxUsers);
    if (users.problem !== undefined) mistakes.users = users.problem;
    else body.users = users.value;
    const rate = readSpawnRate(typed.spawnRate);
    if (rate.problem !== undefined) mistakes.spawnRate = rate.problem;
    else body.spawnRate = rate.value;
  }
  const changes: ScenarioChange[] = [];
  for (const { name, vus, rate } of scenarios) {
    const text = amounts[name] ?? '';
    const kept = vus !== null;
    const rules = kept
      ? { what: 'users', whole: true, min: 0, max: maxUsers }
      : { what: 'arrivals', whole: false, min: 0, exclusive: true };
    const reading = readAmount(text, rules);
    if (reading.problem !== undefined) mistakes.scenarios = `"${name}": ${reading.problem}`;
    else if (reading.value !== (vus ?? rate)) {
      changes.push(kept ? { name, vus: reading.value } : { name, rate: reading.value });
    }
  }
  if (changes.length > 0) body.scenarios = changes;
  const runTime = readRunTime(typed.runTimeSeconds);
  if (runTime.problem !== undefined) mistakes.runTimeSeconds = runTime.problem;
  else if (runTime.seconds !== null) body.runTimeSeconds = runTime.seconds;
  return Object.keys(mistakes).length > 0 ? { mistakes } : { mistakes, body };
}
