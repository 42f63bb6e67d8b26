import type { RunView } from '@loadstar/shared';
import { type FormEvent, useState } from 'react';
import { api } from '../../api/client.js';
import { asProblem } from '../../api/problem.js';
import { roleWords, useSession } from '../../api/session.js';
import { Field } from '../../components/field.js';
import { toastStore } from '../../components/toast-store.js';

/** Words that people leave with a run, and tags to find it by. */
export function RunNotes({ run }: { run: RunView }) {
  const { may, role } = useSession();
  const [notes, setNotes] = useState(run.notes ?? '');
  const [tags, setTags] = useState((run.tags ?? []).join(', '));
  const save = async (event: FormEvent) => {
    event.preventDefault();
    try {
      const words = tags.split(',').map((tag) => tag.trim());
      await api.adjustRun(run.id, { notes, tags: words.filter((tag) => tag !== '') });
      toastStore.show('good', 'Saved.');
    } catch (error) {
      const problem = asProblem(error);
      toastStore.show('bad', problem.message, problem.hint);
    }
  };
  return (
    <form className="notes" onSubmit={(event) => void save(event)}>
      <Field label="Notes" value={notes} onValue={setNotes} disabled={!may('runner')} testId="notes" />
      <Field
        label="Tags"
        placeholder="nightly, v2"
        value={tags}
        onValue={setTags}
        disabled={!may('runner')}
        testId="tags"
      />
      {may('runner') ? (
        <button type="submit" className="button">
          Save
        </button>
      ) : (
        <span className="faint">{roleWords(role, 'runner', 'Changing notes')}</span>
      )}
    </form>
  );
}
