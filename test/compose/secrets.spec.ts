import { execFile } from 'node:child_process';
import { chownSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repository } from '../support/apps.js';

const run = promisify(execFile);

describe('docker/secrets.mjs', () => {
  /** Root is refused nothing; in the image the script is user 1000. */
  const user = process.getuid?.() === 0 ? { uid: 1000, gid: 1000 } : {};
  let place: string;
  let fleet: string;
  let store: string;

  beforeEach(() => {
    place = mkdtempSync(join(tmpdir(), 'loadstar-secrets-'));
    [fleet, store] = [join(place, 'fleet'), join(place, 'store')];
    mkdirSync(fleet);
    mkdirSync(store);
    // The repository may lie where that user cannot read.
    copyFileSync(join(repository, 'docker/secrets.mjs'), join(place, 'secrets.mjs'));
    if (user.uid !== undefined) for (const path of [place, fleet, store]) chownSync(path, user.uid, user.gid);
  });
  afterEach(() => rmSync(place, { recursive: true, force: true }));

  const start = (env: Record<string, string> = {}) =>
    run(process.execPath, [join(place, 'secrets.mjs'), fleet, store], { cwd: place, env, ...user });
  const kept = (folder: string): Record<string, string> =>
    Object.fromEntries(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));

  it('makes up what nobody gave, once', async () => {
    await start();
    const first = { ...kept(fleet), ...kept(store) };
    expect(Object.keys(first).toSorted()).toEqual(
      ['DATABASE_URL', 'LOADSTAR_JOIN_TOKEN', 'POSTGRES_PASSWORD', 'REDIS_PASSWORD', 'REDIS_URL'].toSorted(),
    );
    await start();
    expect({ ...kept(fleet), ...kept(store) }).toEqual(first);
  });

  it('takes values that were changed since the last start, and leaves nothing else behind', async () => {
    await start({ LOADSTAR_JOIN_TOKEN: 'first-token', REDIS_PASSWORD: 'first', POSTGRES_PASSWORD: 'same' });
    await start({ LOADSTAR_JOIN_TOKEN: 'second-token', REDIS_PASSWORD: 'se/cond', POSTGRES_PASSWORD: 'same' });
    expect(kept(fleet)).toEqual({ LOADSTAR_JOIN_TOKEN: 'second-token' });
    expect(kept(store)).toEqual({
      REDIS_PASSWORD: 'se/cond',
      POSTGRES_PASSWORD: 'same',
      REDIS_URL: 'redis://:se%2Fcond@redis:6379',
      DATABASE_URL: 'postgres://loadstar:same@postgres:5432/loadstar',
    });
    // Redis and PostgreSQL are users of their own.
    expect(statSync(join(store, 'REDIS_PASSWORD')).mode & 0o777).toBe(0o444);
  });

  it('gets over a start that was ended in the middle', async () => {
    await start({ REDIS_PASSWORD: 'first' });
    copyFileSync(join(store, 'REDIS_PASSWORD'), join(store, 'REDIS_PASSWORD.new'));
    if (user.uid !== undefined) chownSync(join(store, 'REDIS_PASSWORD.new'), user.uid, user.gid);
    await start({ REDIS_PASSWORD: 'second' });
    expect(kept(store)).toMatchObject({ REDIS_PASSWORD: 'second' });
    expect(readdirSync(store).filter((name) => name.includes('.'))).toEqual([]);
  });
});
