import { silentLogger, VirtualClock } from '@loadstar/shared';
import { RunStats, summarise } from '@loadstar/stats';
import { MemoryStore } from '../store/memory-store.js';
import { exampleRecord } from '../store/testing/example-record.js';
import { Retention } from './retention.js';
import type { RunRecord } from './run-record.js';

const dayMs = 86_400_000;
const wallMs = 1_700_000_000_000;
const day = (age: number) => ({ createdAtMs: wallMs - age * dayMs, endedAtMs: wallMs - age * dayMs });

describe('what becomes of old runs', () => {
  const store = new MemoryStore();
  const clock = new VirtualClock(0, wallMs);
  let records: RunRecord[];
  const retention = (keepDays: number, keepMegabytes: number) =>
    new Retention({
      store,
      runs: { list: () => records },
      remove: async (id) => {
        records = records.filter((record) => record.id !== id);
        await store.runs.remove(id);
      },
      clock,
      logger: silentLogger,
      keepDays,
      keepMegabytes,
    });
  const meta = { runId: 'a', scenario: 's', host: 'h', seed: '1' } as never;
  const summary = summarise(new RunStats(), meta, { thresholds: {}, headers: [] });
  const archive = (id: string, bytes: number) =>
    store.numbers.archive(id, { summary, stats: new Uint8Array(bytes), elapsedMs: 1 });

  beforeEach(() => {
    records = [
      exampleRecord('oldest', { state: 'finished', ...day(9) }),
      exampleRecord('waiting', { state: 'queued', ...day(9), endedAtMs: undefined }),
      exampleRecord('older', { state: 'aborted', ...day(5) }),
      exampleRecord('old', { state: 'failed', ...day(2) }),
      exampleRecord('latest', { state: 'finished', ...day(1) }),
    ];
  });

  it('keeps everything without a bound', async () => {
    expect(await retention(0, 0).sweep()).toEqual([]);
  });

  it('forgets by age those that have ended, but not the latest', async () => {
    expect(await retention(4, 0).sweep()).toEqual(['oldest', 'older']);
    expect(await retention(0.1, 0).sweep()).toEqual(['old']);
    expect(records.map(({ id }) => id)).toEqual(['waiting', 'latest']);
  });

  it('forgets by size the oldest first, and no more than it has to', async () => {
    for (const id of ['oldest', 'older', 'old', 'latest']) await archive(id, 600_000);
    expect(await retention(0, 2).sweep()).toEqual(['oldest']);
    expect(await retention(0, 1).sweep()).toEqual(['older', 'old']);
    expect(await retention(0, 0.1).sweep()).toEqual([]);
  });

  it('forgets what only those needed', async () => {
    const bundle = (hash: string) => ({ hash, name: 's.ts', code: '' });
    records = records.map((record, k) => ({ ...record, plan: { ...record.plan, bundleHash: `hash${k}` } }));
    for (let k = 0; k < 5; k++) await store.bundles.put(bundle(`hash${k}`));
    for (const age of [6, 1]) {
      await store.events.append({ atMs: wallMs - age * dayMs, runId: undefined, kind: 'test', detail: {} });
    }
    await retention(4, 0).sweep();
    expect(await Promise.all([0, 1, 2, 3].map((k) => store.bundles.get(`hash${k}`)))).toEqual([
      undefined,
      bundle('hash1'),
      undefined,
      bundle('hash3'),
    ]);
    expect(await store.events.list(10)).toHaveLength(1);
  });

  it('looks a minute after the start, and every hour', async () => {
    const kept = retention(4, 0);
    kept.begin();
    await clock.advance(59_000);
    expect(records).toHaveLength(5);
    await clock.advance(2_000);
    expect(records).toHaveLength(3);
    records = [exampleRecord('again', { state: 'finished', ...day(9) }), ...records];
    await clock.advance(3_600_000);
    expect(records.map(({ id }) => id)).not.toContain('again');
    kept.close();
    expect(clock.pendingTimers).toBe(0);
  });
});
