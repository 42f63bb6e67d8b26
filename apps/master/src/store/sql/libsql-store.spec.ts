import { fork } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger, systemClock } from '@loadstar/shared';
import { exampleRecord } from '../testing/example-record.js';
import { describeStore } from '../testing/store.contract.js';
import { libsqlHome } from './libsql-home.js';
import { SqlStore } from './sql-store.js';

jest.setTimeout(90_000);

const folder = mkdtempSync(join(tmpdir(), 'loadstar-store-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
const newFile = (): string => join(folder, `deep/down/${files++}.db`);
const storeOn = (file: string): SqlStore =>
  new SqlStore({ home: libsqlHome(file), clock: systemClock, logger: silentLogger, openMs: 0 });

describeStore('a libSQL file', async () => {
  const store = storeOn(newFile());
  await store.open();
  return store;
});

describe('a libSQL file', () => {
  it('is whole after it was closed and opened again, and readable by its owner alone', async () => {
    const file = newFile();
    const first = storeOn(file);
    await first.open();
    const epoch = await first.runs.nextEpoch();
    await first.runs.insert(exampleRecord('a'));
    await first.close();
    const second = storeOn(file);
    await second.open();
    expect(await second.runs.get('a')).toEqual(exampleRecord('a'));
    expect(await second.runs.nextEpoch()).toBeGreaterThan(epoch);
    await second.close();
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('belongs to one process, and is free again the moment that one is killed', async () => {
    const file = newFile();
    const script = join(folder, 'holder.cjs');
    const libsql = JSON.stringify(require.resolve('libsql'));
    // A process that knows nothing of Loadstar, so that the lock is seen to be the system's.
    writeFileSync(
      script,
      `const Database = require(${libsql}); const db = new Database(process.argv[2]);
       for (const p of ['locking_mode = EXCLUSIVE', 'journal_mode = WAL']) db.pragma(p);
       db.exec('create table held (x)'); process.send('held'); setInterval(() => {}, 1000);`,
    );
    const first = storeOn(file);
    await first.open();
    await first.close();
    const holder = fork(script, [file]);
    await new Promise((resolve) => holder.once('message', resolve));
    const store = storeOn(file);
    await expect(store.open()).rejects.toMatchObject({ code: 'STORE_LOCKED', details: { file } });
    const ended = new Promise((resolve) => holder.once('exit', resolve));
    holder.kill('SIGKILL');
    await ended;
    await store.open();
    await store.close();
  });

  it('says so when a newer Loadstar wrote it, or when the disk does not take it', async () => {
    const file = newFile();
    const store = storeOn(file);
    await store.open();
    await store.close();
    const { default: Database } = await import('libsql');
    const database = new Database(file);
    database.exec('update schema_version set version = 99');
    database.close();
    await expect(storeOn(file).open()).rejects.toMatchObject({ code: 'STORE_NEWER' });
    await expect(storeOn(join(file, 'a file is no folder.db')).open()).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
    });
    await expect(store.runs.list()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  });
});
