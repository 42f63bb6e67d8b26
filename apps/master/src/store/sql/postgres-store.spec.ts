import { silentLogger, systemClock } from '@loadstar/shared';
import { type PrivatePostgres, startPrivatePostgres } from '../../../../../test/support/private-postgres.js';
import { exampleRecord } from '../testing/example-record.js';
import { describeStore } from '../testing/store.contract.js';
import { postgresHome } from './postgres-home.js';
import { SqlStore } from './sql-store.js';

jest.setTimeout(60_000);

let server: PrivatePostgres;
beforeAll(async () => {
  server = await startPrivatePostgres();
});
afterAll(() => server?.remove());

const storeOn = (url: string, openMs = 0): SqlStore =>
  new SqlStore({ home: postgresHome(url, silentLogger), clock: systemClock, logger: silentLogger, openMs });

describeStore('PostgreSQL', async () => {
  const store = storeOn(await server.emptyDatabase());
  await store.open();
  return store;
});

describe('PostgreSQL', () => {
  it('can be opened by several masters at the same moment, each with an epoch of its own', async () => {
    const url = await server.emptyDatabase();
    const stores = [storeOn(url), storeOn(url), storeOn(url)];
    await Promise.all(stores.map((store) => store.open()));
    const epochs = await Promise.all(stores.map((store) => store.runs.nextEpoch()));
    expect(epochs.sort((a, b) => a - b)).toEqual([1, 2, 3]);
    await Promise.all(stores.map((store) => store.close()));
  });

  it('takes nothing more from a master that was replaced, whatever it writes', async () => {
    const url = await server.emptyDatabase();
    const [old, young] = [storeOn(url), storeOn(url)];
    await Promise.all([old.open(), young.open()]);
    const superseded = jest.fn();
    const first = (await old.lease.take({ holder: 'old', url: '', key: '' }, await old.lease.read())) ?? 0;
    old.writeAs(first, superseded);
    await old.runs.insert(exampleRecord('a', { epoch: first }));
    const second = (await young.lease.take({ holder: 'young', url: '', key: '' }, await young.lease.read())) ?? 0;
    young.writeAs(second, () => {});
    const refused = { code: 'NOT_LEADER' };
    const snapshots = [{ runId: 'a', incarnation: 'w', seq: 1, bytes: new Uint8Array(1), snapshots: 1, lagging: 0 }];
    await expect(old.runs.insert(exampleRecord('b', { epoch: first }))).rejects.toMatchObject(refused);
    // Nobody has written to this run since, so its own epoch would let the old master through.
    await expect(old.runs.update('a', { revision: 0, epoch: first }, { state: 'aborted' })).rejects.toMatchObject(
      refused,
    );
    await expect(
      old.numbers.commit([{ runId: 'a', snapshots, points: [], baseline: undefined }], first),
    ).rejects.toMatchObject(refused);
    await expect(old.runs.remove('a')).rejects.toMatchObject(refused);
    expect(superseded).toHaveBeenCalled();
    expect(await young.runs.list()).toHaveLength(1);
    expect((await young.numbers.load('a')).snapshots).toEqual([]);
    await young.runs.update('a', { revision: 0, epoch: second }, { state: 'spawning' });
    await Promise.all([old.close(), young.close()]);
  });

  it('fails with one known error while it is gone, and works again without being opened anew', async () => {
    const store = storeOn(await server.emptyDatabase());
    await store.open();
    await store.runs.insert(exampleRecord('a'));
    await server.kill();
    await expect(store.runs.get('a')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await expect(store.runs.insert(exampleRecord('b'))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await expect(storeOn(server.url).open()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    await server.start();
    expect(await store.runs.get('a')).toEqual(exampleRecord('a'));
    expect(await store.runs.get('b')).toBeUndefined();
    await store.close();
  });

  it('is waited for while it starts', async () => {
    const url = await server.emptyDatabase();
    await server.kill();
    const store = storeOn(url, 30_000);
    const opened = store.open();
    await server.start();
    await opened;
    await store.close();
  });
});
