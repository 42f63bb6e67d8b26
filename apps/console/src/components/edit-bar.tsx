import type { RunView } from '@loadstar/shared';
import { type FormEvent, useState } from 'react';
import { type AdjustRunBody, api, runPath } from '../api/client.js';
import { type ApiProblem, asProblem, byField } from '../api/problem.js';
import { readRunTime } from '../format/durations.js';
import { readSpawnRate, readUsers } from '../plan/run-form.js';
import { CopyCurl } from './copy-button.js';
import { Field } from './field.js';
import { ProblemNotice } from './notice.js';
import { toastStore } from './toast-store.js';

const fields = ['users', 'spawnRate', 'runTimeSeconds'] as const;
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
  const [mistakes, setMistakes] = useState<Partial<Record<EditField, string>>>({});
  const [problem, setProblem] = useState<ApiProblem>();
  const [busy, setBusy] = useState(false);
  const shaped = run.shape !== null;
  const readable = readEdit(typed, shaped, maxUsers).body;

  const change = (field: EditField) => (value: string) => {
    setTyped({ ...typed, [field]: value });
    setMistakes({ ...mistakes, [field]: undefined });
  };

  const apply = async (event: FormEvent) => {
    event.preventDefault();
    const read = readEdit(typed, shaped, maxUsers);
    setMistakes(read.mistakes);
    setProblem(undefined);
    if (!read.body) return;
    if (Object.keys(read.body).length === 0) return onClose();
    setBusy(true);
    try {
      await api.adjustRun(run.id, read.body);
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
      <Field
        label="Users"
        inputMode="numeric"
        value={typed.users}
        onValue={change('users')}
        mistake={mistakes.users}
        disabled={shaped}
        help={shaped ? `The shape ${run.shape} decides.` : undefined}
        testId="edit-users"
      />
      <Field
        label="Spawn rate"
        inputMode="decimal"
        value={typed.spawnRate}
        onValue={change('spawnRate')}
        mistake={mistakes.spawnRate}
        disabled={shaped}
        help={shaped ? undefined : 'Users per second'}
        testId="edit-spawn-rate"
      />
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

/** The changed values only, or what is wrong with them. */
function readEdit(typed: Record<EditField, string>, shaped: boolean, maxUsers: number) {
  const mistakes: Partial<Record<EditField, string>> = {};
  const body: AdjustRunBody = {};
  if (!shaped) {
    const users = readUsers(typed.users, maxUsers);
    if (users.problem !== undefined) mistakes.users = users.problem;
    else body.users = users.value;
    const rate = readSpawnRate(typed.spawnRate);
    if (rate.problem !== undefined) mistakes.spawnRate = rate.problem;
    else body.spawnRate = rate.value;
  }
  const runTime = readRunTime(typed.runTimeSeconds);
  if (runTime.problem !== undefined) mistakes.runTimeSeconds = runTime.problem;
  else if (runTime.seconds !== null) body.runTimeSeconds = runTime.seconds;
  return Object.keys(mistakes).length > 0 ? { mistakes } : { mistakes, body };
}
