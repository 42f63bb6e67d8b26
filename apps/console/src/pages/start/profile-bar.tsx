import { useState } from 'react';
import { Icon } from '../../components/icons.js';
import type { RunForm } from '../../plan/run-form.js';
import { readProfiles, removeProfile, saveProfile } from '../../plan/profiles.js';

interface ProfileBarProps {
  form: RunForm;
  onChoose: (form: RunForm) => void;
}

/** Saved forms: recalled with a click, kept on this machine. */
export function ProfileBar({ form, onChoose }: ProfileBarProps) {
  const [profiles, setProfiles] = useState(readProfiles);
  const [name, setName] = useState('');
  const save = () => {
    if (name.trim() === '') return;
    setProfiles(saveProfile({ name: name.trim(), form }));
    setName('');
  };
  return (
    <section className="profiles" aria-label="Profiles">
      <div className="row">
        {profiles.map((profile) => (
          <span key={profile.name} className="chip">
            <button type="button" onClick={() => onChoose(profile.form)} data-testid={`profile-${profile.name}`}>
              {profile.name}
            </button>
            <button
              type="button"
              aria-label={`Forget the profile ${profile.name}`}
              onClick={() => setProfiles(removeProfile(profile.name))}
            >
              <Icon name="close" />
            </button>
          </span>
        ))}
        <span className="row save">
          <input
            className="input small"
            type="text"
            aria-label="Name for what is typed here"
            placeholder="Save form as…"
            maxLength={60}
            value={name}
            onChange={(event) => setName(event.target.value)}
            onKeyDown={(event) => {
              // Enter in this field saves; it does not start a test.
              if (event.key !== 'Enter') return;
              event.preventDefault();
              save();
            }}
            data-testid="profile-name"
          />
          <button
            type="button"
            className="button"
            onClick={save}
            disabled={name.trim() === ''}
            data-testid="profile-save"
          >
            <Icon name="save" /> Save
          </button>
        </span>
      </div>
    </section>
  );
}
