import { isProfiles, readProfiles, removeProfile, saveProfile } from './profiles.js';
import { firstExecution } from './executors.js';
import type { RunForm } from './run-form.js';

const form: RunForm = {
  scenario: 'a.ts',
  host: 'http://x',
  users: '5',
  spawnRate: '1',
  runTimeSeconds: '',
  shape: '',
  executor: 'ramping-vus',
  execution: firstExecution(),
  tags: '',
  seed: '',
  userClasses: [],
  parameters: {},
  plan: null,
};

/** As a browser has it; `setItem` fails when it is full. */
function fakeStorage(full = false): void {
  const kept = new Map<string, string>();
  Object.assign(globalThis, {
    localStorage: {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => {
        if (full) throw new Error('QuotaExceededError');
        kept.set(key, value);
      },
    },
  });
}

describe('profiles', () => {
  beforeEach(() => fakeStorage());

  it('are saved, replaced under the same name, recalled in order and forgotten', () => {
    saveProfile({ name: 'Smoke', form });
    saveProfile({ name: 'Peak', form });
    saveProfile({ name: 'Smoke', form: { ...form, users: '50' } });
    expect(readProfiles().map((profile) => [profile.name, profile.form.users])).toEqual([
      ['Peak', '5'],
      ['Smoke', '50'],
    ]);
    expect(removeProfile('Peak').map(({ name }) => name)).toEqual(['Smoke']);
  });

  it('survive a storage that is full, and one that holds something else', () => {
    fakeStorage(true);
    expect(saveProfile({ name: 'Smoke', form })).toHaveLength(1);
    expect(readProfiles()).toEqual([]);
    expect(isProfiles([{ name: 'x', form: { ...form, users: 5 } }])).toBe(false);
    expect(isProfiles('profiles')).toBe(false);
  });
});
