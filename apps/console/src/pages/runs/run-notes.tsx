import type { RunView } from '@loadstar/shared';
import { type FormEvent, useState } from 'react';
import { api, runPath } from '../../api/client.js';
import { asProblem, byField } from '../../api/problem.js';
import { roleWords, useSession } from '../../api/session.js';
import { CopyCurl } from '../../components/copy-button.js';
import { Field } from '../../components/field.js';
import { toastStore } from '../../components/toast-store.js';
import { tagsOf } from '../../plan/run-form.js';

/** Words that people leave with a run, and tags to find it by. */
export function RunNotes({ run }: { run: RunView }) {
  const { may, role } = useSession();
  const [notes, setNotes] = useState(run.notes ?? '');
  const [tags, setTags] = useState((run.tags ?? []).join(', '));
  const [mistakes, setMistakes] = useState<{ notes?: string; tags?: string }>({});
  const body = { notes, tags: tagsOf(tags) };
  const save = async (event: FormEvent) => {
    event.preventDefault();
    setMistakes({});
    try {
      await api.adjustRun(run.id, body);
      toastStore.show('good', 'Saved.');
    } catch (error) {
      const problem = asProblem(error);
      const { fields } = byField(problem, ['notes', 'tags']);
      setMistakes(fields);
      if (Object.keys(fields).length === 0) toastStore.show('bad', problem.message, problem.hint);
    }
  };
  return (
    <form className="notes" onSubmit={(event) => void save(event)}>
      <Field
        label="Notes"
        value={notes}
        onValue={setNotes}
        mistake={mistakes.notes}
        disabled={!may('runner')}
        testId="notes"
      />
      <Field
        label="Tags"
        placeholder="nightly, v2"
        value={tags}
        onValue={setTags}
        mistake={mistakes.tags}
        disabled={!may('runner')}
        testId="tags"
      />
      {may('runner') ? (
        <div className="row">
          <button type="submit" className="button">
            Save
          </button>
          <CopyCurl call={{ method: 'PATCH', path: runPath(run.id), body }} />
        </div>
      ) : (
        <span className="faint">{roleWords(role, 'runner', 'Changing notes')}</span>
      )}
    </form>
  );
}
