import { silentLogger, systemClock } from '@loadstar/shared';
import { type PrivatePostgres, startPrivatePostgres } from '../testing/private-postgres.js';
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
