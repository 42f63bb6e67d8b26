/** What every home of a `Store` must do; each adapter's spec runs this suite on itself. */
import { mergeHealth, RunStats, summarise } from '@loadstar/stats';
import type { RunArchive, RunChanges, StoredSnapshot } from '../number-store.js';
import type { Schedule } from '../../queue/schedule-store.js';
import type { Store } from '../store.js';
import { exampleRecord } from './example-record.js';

/** @param open gives a store that is open and empty */
export function describeStore(name: string, open: () => Promise<Store>): void {
  describe(`${name} as a store`, () => {
    let whole: Store;
    beforeEach(async () => {
      whole = await open();
    });
    afterEach(() => whole.close());

    it('answers when it is asked for nothing else', async () => {
      await expect(whole.ping()).resolves.toBeUndefined();
    });
    describe('of runs', () => describeRuns(() => whole.runs));
    describe('of numbers', () => describeNumbers(() => whole));
    describe('of schedules', () => describeSchedules(() => whole.schedules));
    it('keeps the hold of the queue, which is off at first', async () => {
      expect(await whole.queueHold.isHeld()).toBe(false);
      await whole.queueHold.put(true);
      await whole.queueHold.put(true);
      expect(await whole.queueHold.isHeld()).toBe(true);
      await whole.queueHold.put(false);
      expect(await whole.queueHold.isHeld()).toBe(false);
    });
    describe('of the lease', () => describeLease(() => whole.lease));
    describe('of bundles and events', () => describeRest(() => whole));
  });
}

function describeLease(store: () => Store['lease']): void {
  const claim = (holder: string) => ({ holder, url: `http://${holder}`, key: `key of ${holder}` });

  it('is nobody’s at first, and then that of the one who took it as it was', async () => {
    const nobody = await store().read();
    expect(nobody).toMatchObject({ epoch: 0, holder: undefined, url: undefined });
    const epoch = await store().take(claim('a'), nobody);
    expect(await store().read()).toMatchObject({ epoch, ...claim('a') });
    expect(await store().take(claim('b'), nobody)).toBeUndefined();
    expect(await store().take(claim('b'), await store().read())).toBeGreaterThan(epoch ?? Infinity);
  });

  it('moves with every renewal, and is not taken by somebody who looked before', async () => {
    const epoch = (await store().take(claim('a'), await store().read())) ?? 0;
    const seen = await store().read();
    expect(await store().renew(epoch, 'http://elsewhere')).toBe(true);
    expect(await store().read()).toMatchObject({ beat: seen.beat + 1, url: 'http://elsewhere' });
    expect(await store().take(claim('b'), seen)).toBeUndefined();
    expect(await store().renew(epoch - 1, '')).toBe(false);
  });

  it('is given back by the one who has it, and by nobody else', async () => {
    const epoch = (await store().take(claim('a'), await store().read())) ?? 0;
    await store().release(epoch + 1);
    expect((await store().read()).holder).toBe('a');
    await store().release(epoch);
    expect(await store().read()).toMatchObject({ holder: undefined, url: undefined, key: undefined });
  });
}

function describeSchedules(store: () => Store['schedules']): void {
  const schedule: Schedule = {
    id: 'nightly',
    name: 'Nightly “α”',
    cron: '0 2 * * *',
    timeZone: 'Europe/Berlin',
    owner: 'anna',
    run: { users: 5, queue: { priority: -3, labels: { zone: 'eu' } } },
    createdAtMs: 2_000,
    lastAtMs: undefined,
    lastRunId: undefined,
    problem: undefined,
  };

  it('lists what was put in, the oldest first, as it was put last', async () => {
    await store().put({ ...schedule, lastAtMs: 7 });
    await store().put({ ...schedule, id: 'older', createdAtMs: 1_000 });
    await store().put({ ...schedule, lastAtMs: 9, lastRunId: 'run1', problem: 'late' });
    expect(await store().list()).toEqual([
      { ...schedule, id: 'older', createdAtMs: 1_000 },
      { ...schedule, lastAtMs: 9, lastRunId: 'run1', problem: 'late' },
    ]);
  });

  it('forgets what is removed, and does not mind what is not there', async () => {
    await store().put(schedule);
    await store().remove('nightly');
    await store().remove('nightly');
    expect(await store().list()).toEqual([]);
  });
}

function describeRuns(store: () => Store['runs']): void {
  it('hands out epochs that only grow', async () => {
    const first = await store().nextEpoch();
    expect(await store().nextEpoch()).toBeGreaterThan(first);
  });

  it('gives back what was put in, and refuses a second run of the same id', async () => {
    const record = exampleRecord('a');
    expect(await store().insert(record)).toBe(true);
    expect(await store().insert({ ...record, state: 'failed' })).toBe(false);
    expect(await store().get('a')).toEqual(record);
    expect(await store().get('b')).toBeUndefined();
  });

  it('lists the oldest first', async () => {
    await store().insert(exampleRecord('late', { createdAtMs: 2_000 }));
    await store().insert(exampleRecord('early', { createdAtMs: 1_000 }));
    expect((await store().list()).map(({ id }) => id)).toEqual(['early', 'late']);
  });

  it('lets one of two writers of the same revision through', async () => {
    await store().insert(exampleRecord('a'));
    const both = await Promise.all([
      store().update('a', { revision: 0, epoch: 1 }, { state: 'spawning' }),
      store().update('a', { revision: 0, epoch: 1 }, { state: 'aborted' }),
    ]);
    expect(both.filter((record) => record !== undefined)).toHaveLength(1);
    expect(await store().get('a')).toEqual(both.find((record) => record !== undefined));
  });

  it('refuses a master of an earlier epoch, whatever revision it names', async () => {
    await store().insert(exampleRecord('a'));
    await store().update('a', { revision: 0, epoch: 3 }, { state: 'spawning' });
    expect(await store().update('a', { revision: 1, epoch: 2 }, { state: 'failed' })).toBeUndefined();
    expect(await store().get('a')).toMatchObject({ state: 'spawning', epoch: 3, revision: 1 });
  });

  it('changes only what the patch names', async () => {
    await store().insert(exampleRecord('a'));
    const updated = await store().update('a', { revision: 0, epoch: 1 }, { reason: 'because' });
    expect(updated).toEqual(exampleRecord('a', { reason: 'because', revision: 1 }));
  });

  it('is not changed by what its callers do to their copies', async () => {
    await store().insert(exampleRecord('a'));
    const copy = await store().get('a');
    Object.assign(copy?.plan ?? {}, { host: 'http://elsewhere' });
    expect((await store().get('a'))?.plan.host).toBe('http://127.0.0.1:5001');
  });

  it('forgets', async () => {
    await store().insert(exampleRecord('a'));
    expect(await store().remove('a')).toBe(true);
    expect(await store().remove('a')).toBe(false);
    expect(await store().list()).toEqual([]);
  });
}

function snapshot(overrides: Partial<StoredSnapshot> = {}): StoredSnapshot {
  const bytes = Uint8Array.from({ length: 300 }, (_value, index) => index % 256);
  return { runId: 'a', incarnation: 'inc001', seq: 1, bytes, ...overrides };
}

const point = (second: number, requests: number) => ({
  second,
  requests,
  failures: 1,
  users: 5,
  targetUsers: 6,
  p50Ms: 1.5,
  p95Ms: second === 0 ? null : 20.125,
  p99Ms: 0,
  serviceP50Ms: second === 0 ? null : 1.25,
  serviceP95Ms: second === 0 ? null : 2,
  serviceP99Ms: second === 0 ? null : 3,
  ...(second === 0 ? { gap: true } : { latency: [0, 3, 1] }),
});

const changes = (rest: Partial<RunChanges> = {}): RunChanges => ({
  runId: 'a',
  snapshots: [],
  points: [],
  baseline: undefined,
  ...rest,
});

function archive(): RunArchive {
  const summary = summarise(new RunStats(), {
    runId: 'a',
    scenario: 's',
    host: 'h',
    seed: '1',
    startedAt: '',
    endedAt: '',
    elapsedSeconds: 2,
    countedFromMs: 0,
    users: 1,
    targetUsers: 1,
    spawnRate: 1,
    shape: null,
    userClasses: [],
    workers: 1,
    engines: 1,
    loadstarVersion: '',
    nodeVersion: '',
    verdict: 'passed',
    verdictReasons: ['’'],
    unreportedAtMost: 0,
    environment: {},
  });
  return { summary, stats: snapshot().bytes, elapsedMs: 2_000.25 };
}

function describeNumbers(store: () => Store): void {
  it('keeps the newest snapshot of each incarnation, byte by byte, whatever order they come in', async () => {
    const { numbers } = store();
    const newest = snapshot({ seq: 7, bytes: new Uint8Array([0, 255, 128]) });
    const other = snapshot({ incarnation: 'inc002', seq: Number.MAX_SAFE_INTEGER });
    await numbers.commit([changes({ snapshots: [snapshot({ seq: 3 }), other] })], 1);
    await numbers.commit([changes({ snapshots: [newest] })], 1);
    await numbers.commit([changes({ snapshots: [snapshot({ seq: 5 })] })], 1);
    const loaded = await numbers.load('a');
    const sorted = [...loaded.snapshots].sort((a, b) => a.incarnation.localeCompare(b.incarnation));
    expect(sorted.map(({ bytes, ...rest }) => ({ ...rest, bytes: [...bytes] }))).toEqual(
      [newest, other].map(({ bytes, ...rest }) => ({ ...rest, bytes: [...bytes] })),
    );
    expect((await numbers.load('b')).snapshots).toEqual([]);
  });

  it('replaces points of a second, and gives them back in order from any second on', async () => {
    const { numbers } = store();
    await numbers.commit([changes({ points: [point(1, 10), point(0, 4)] })], 1);
    await numbers.commit([changes({ points: [point(1, 12), point(2, 1)] })], 1);
    expect((await numbers.load('a')).points).toEqual([point(0, 4), point(1, 12), point(2, 1)]);
    expect(await numbers.points('a', 1)).toEqual([point(1, 12), point(2, 1)]);
  });

  it('keeps thousands of points of one commit', async () => {
    const { numbers } = store();
    const points = Array.from({ length: 5_000 }, (_value, second) => point(second, second));
    await numbers.commit([changes({ points })], 1);
    expect(await numbers.points('a', 4_999)).toEqual([point(4_999, 4_999)]);
  });

  it('refuses the numbers of a master that was replaced, of that run alone', async () => {
    const { numbers, runs } = store();
    await runs.insert(exampleRecord('a', { epoch: 3 }));
    await runs.insert(exampleRecord('b', { epoch: 2 }));
    const both = [changes({ snapshots: [snapshot()] }), changes({ runId: 'b', snapshots: [snapshot({ runId: 'b' })] })];
    expect(await numbers.commit(both, 2)).toEqual(['a']);
    expect((await numbers.load('a')).snapshots).toHaveLength(0);
    expect((await numbers.load('b')).snapshots).toHaveLength(1);
  });

  it('keeps the newest baseline', async () => {
    const { numbers } = store();
    const baseline = (countedFromMs: number) => ({ countedFromMs, bytes: new Uint8Array([countedFromMs % 251]) });
    await numbers.commit([changes({ baseline: baseline(1_000.5) })], 1);
    await numbers.commit([changes({ baseline: baseline(9_000.5) })], 1);
    expect((await numbers.load('a')).baseline?.countedFromMs).toBe(9_000.5);
  });

  it('keeps what the judge of a run remembers, also when the run is over, until the run is forgotten', async () => {
    const { numbers, runs } = store();
    await runs.insert(exampleRecord('a'));
    expect((await numbers.load('a')).judge).toBeUndefined();
    await numbers.commit([changes({ judge: new Uint8Array([1, 2]) })], 1);
    await numbers.commit([changes({ judge: new Uint8Array([3, 255, 0]) }), changes({ runId: 'b' })], 1);
    await numbers.commit([changes()], 1);
    await numbers.dropSnapshots('a');
    expect([...((await numbers.load('a')).judge ?? [])]).toEqual([3, 255, 0]);
    await runs.remove('a');
    expect((await numbers.load('a')).judge).toBeUndefined();
  });

  it('archives a run, drops what only a running one needs, and keeps its series', async () => {
    const { numbers, runs } = store();
    await runs.insert(exampleRecord('a'));
    await numbers.commit([changes({ snapshots: [snapshot()], points: [point(0, 4)] })], 1);
    await numbers.archive('a', archive());
    await numbers.archive('a', archive());
    await numbers.dropSnapshots('a');
    const archived = await numbers.archived('a');
    expect({ ...archived, stats: [...(archived?.stats ?? [])] }).toEqual({ ...archive(), stats: [...archive().stats] });
    expect(await numbers.load('a')).toMatchObject({ snapshots: [], points: [point(0, 4)] });
    expect((await numbers.sizes()).get('a')).toBeGreaterThanOrEqual(300);
    expect(await numbers.archived('b')).toBeUndefined();
  });

  it('forgets the numbers of a run with the run', async () => {
    const { numbers, runs } = store();
    await runs.insert(exampleRecord('a'));
    await numbers.commit([changes({ snapshots: [snapshot()], points: [point(0, 4)] })], 1);
    await numbers.archive('a', archive());
    await runs.remove('a');
    expect(await numbers.load('a')).toEqual({ snapshots: [], points: [], baseline: undefined });
    expect(await numbers.archived('a')).toBeUndefined();
    expect((await numbers.sizes()).size).toBe(0);
  });
}

function describeRest(store: () => Store): void {
  it('keeps bundles by hash, and only those that are wanted', async () => {
    const { bundles } = store();
    const bundle = (hash: string) => ({ hash, name: 'shop.ts', code: `// ${hash} ’\u0001` });
    await bundles.put(bundle('1'));
    await bundles.put(bundle('1'));
    await bundles.put(bundle('2'));
    expect(await bundles.get('1')).toEqual(bundle('1'));
    await bundles.keepOnly(['2']);
    expect([await bundles.get('1'), await bundles.get('2')]).toEqual([undefined, bundle('2')]);
    await bundles.keepOnly([]);
    expect(await bundles.get('2')).toBeUndefined();
  });

  it('keeps events, newest first, of one run or of all, until they are old', async () => {
    const { events } = store();
    const event = (atMs: number, runId?: string) => ({
      atMs,
      runId,
      kind: 'test.event',
      detail: { health: mergeHealth([]) },
    });
    for (const one of [event(1_000, 'a'), event(3_000), event(2_000, 'a')].sort((x, y) => x.atMs - y.atMs)) {
      await events.append(one);
    }
    expect((await events.list(10)).map(({ atMs }) => atMs)).toEqual([3_000, 2_000, 1_000]);
    expect(await events.list(1, { runId: 'a' })).toEqual([event(2_000, 'a')]);
    await events.prune(2_500);
    expect(await events.list(10)).toEqual([event(3_000)]);
  });

  it('finds events of one kind among any number of others', async () => {
    const { events } = store();
    const event = (kind: string, atMs: number, runId?: string) => ({ atMs, runId, kind, detail: {} });
    await events.append(event('audit.call', 1_000));
    await events.append(event('audit.call', 2_000, 'a'));
    for (let count = 0; count < 50; count++) await events.append(event('run.state', 3_000 + count, 'a'));
    expect(await events.list(5, { kind: 'audit.call' })).toEqual([
      event('audit.call', 2_000, 'a'),
      event('audit.call', 1_000),
    ]);
    expect(await events.list(5, { kind: 'audit.call', runId: 'a' })).toEqual([event('audit.call', 2_000, 'a')]);
    expect(await events.list(1, { kind: 'audit.call' })).toHaveLength(1);
    expect(await events.list(5, { kind: 'run' })).toEqual([]);
  });
}
