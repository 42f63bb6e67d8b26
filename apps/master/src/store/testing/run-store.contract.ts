/** What every home of `RunStore` must do; each adapter's spec runs this suite on itself. */
import type { RunRecord } from '../../runs/run-record.js';
import type { RunStore } from '../run-store.js';

export function exampleRecord(id: string, overrides: Partial<RunRecord> = {}): RunRecord {
  return {
    id,
    revision: 0,
    epoch: 1,
    state: 'preparing',
    request: { users: 21 },
    placement: { labels: {}, workers: undefined },
    queue: undefined,
    description: { userClasses: [], shapes: [], host: undefined, thresholds: {} },
    plan: {
      runId: id,
      scenario: 'simple-load.ts',
      bundleHash: 'f'.repeat(64),
      host: 'http://127.0.0.1:5001',
      seed: '1',
      load: { kind: 'users', users: 21, spawnRate: 5, runTimeMs: undefined },
      userClasses: [],
      classWeights: {},
      stopTimeoutMs: 5_000,
      identify: false,
      limits: { maxUsers: 1_000, allowedTargets: [] },
    },
    changes: [],
    lossPolicy: 'rebalance',
    createdAtMs: 1_700_000_000_000,
    startedAtMs: undefined,
    endedAtMs: undefined,
    reason: undefined,
    verdict: undefined,
    verdictReasons: [],
    unreportedAtMost: 0,
    ...overrides,
  };
}

export function describeRunStore(name: string, open: () => Promise<RunStore>): void {
  describe(`${name} as a RunStore`, () => {
    let store: RunStore;
    beforeEach(async () => {
      store = await open();
    });

    it('hands out epochs that only grow', async () => {
      const first = await store.nextEpoch();
      expect(await store.nextEpoch()).toBeGreaterThan(first);
    });

    it('gives back what was put in, and refuses a second run of the same id', async () => {
      const record = exampleRecord('a');
      expect(await store.insert(record)).toBe(true);
      expect(await store.insert({ ...record, state: 'failed' })).toBe(false);
      expect(await store.get('a')).toEqual(record);
      expect(await store.get('b')).toBeUndefined();
    });

    it('lists the oldest first', async () => {
      await store.insert(exampleRecord('late', { createdAtMs: 2_000 }));
      await store.insert(exampleRecord('early', { createdAtMs: 1_000 }));
      expect((await store.list()).map(({ id }) => id)).toEqual(['early', 'late']);
    });

    it('lets one of two writers of the same revision through', async () => {
      await store.insert(exampleRecord('a'));
      const both = await Promise.all([
        store.update('a', { revision: 0, epoch: 1 }, { state: 'spawning' }),
        store.update('a', { revision: 0, epoch: 1 }, { state: 'aborted' }),
      ]);
      expect(both.filter((record) => record !== undefined)).toHaveLength(1);
      expect(await store.get('a')).toEqual(both.find((record) => record !== undefined));
    });

    it('refuses a master of an earlier epoch, whatever revision it names', async () => {
      await store.insert(exampleRecord('a'));
      await store.update('a', { revision: 0, epoch: 3 }, { state: 'spawning' });
      expect(await store.update('a', { revision: 1, epoch: 2 }, { state: 'failed' })).toBeUndefined();
      expect(await store.get('a')).toMatchObject({ state: 'spawning', epoch: 3, revision: 1 });
    });

    it('changes only what the patch names', async () => {
      await store.insert(exampleRecord('a'));
      const updated = await store.update('a', { revision: 0, epoch: 1 }, { reason: 'because' });
      expect(updated).toEqual(exampleRecord('a', { reason: 'because', revision: 1 }));
    });

    it('is not changed by what its callers do to their copies', async () => {
      await store.insert(exampleRecord('a'));
      const copy = await store.get('a');
      Object.assign(copy?.plan ?? {}, { host: 'http://elsewhere' });
      expect((await store.get('a'))?.plan.host).toBe('http://127.0.0.1:5001');
    });

    it('forgets', async () => {
      await store.insert(exampleRecord('a'));
      expect(await store.remove('a')).toBe(true);
      expect(await store.remove('a')).toBe(false);
      expect(await store.list()).toEqual([]);
    });
  });
}
