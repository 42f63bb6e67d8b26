// A master that ends without a word and another one on the same store: runs go on, and every number is there.
import { Scene } from '../testing/scene.js';
import { describedShop, type ScriptedWorker } from '../testing/scripted-worker.js';

describe('a master that was killed, and the next one', () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await Scene.open();
  });
  afterEach(() => scene.close());

  const runs = () => scene.core.runs;
  const comeBack = async (...workers: ScriptedWorker[]): Promise<void> => {
    for (const worker of workers) await scene.play(worker.connect());
    await scene.seconds(2);
  };
  const starts = (worker: ScriptedWorker): number => worker.commands.filter((name) => name === 'start').length;

  it('goes on with the run: same id, one start, every request counted, the end as planned', async () => {
    const workers = [await scene.worker('a'), await scene.worker('b')];
    const run = await scene.create({ runTimeSeconds: 30 });
    await scene.seconds(10);
    const before = runs().series();
    scene.killMaster();
    await scene.seconds(5);
    await scene.startMaster();
    expect(runs().current()).toMatchObject({ id: run.id, state: 'running' });
    expect(runs().series().slice(0, 8)).toEqual(before.slice(0, 8));
    await comeBack(...workers);
    expect(scene.workers.map(({ users }) => users)).toEqual([11, 10]);
    expect(runs().stats()).toMatchObject({ runId: run.id, state: 'running', users: 21 });
    expect(runs().stats().total.requests).toBe(scene.made(run.id));
    expect(Math.abs(runs().stats().elapsedSeconds - 17)).toBeLessThan(1);
    await scene.seconds(15);
    expect(runs().get(run.id)).toMatchObject({ state: 'finished', verdict: 'passed', unreportedAtMost: 0 });
    const { total, meta } = runs().summary(run.id);
    expect([total.requests, meta.workers]).toEqual([scene.made(run.id), 2]);
    expect(
      runs()
        .series(run.id)
        .reduce((sum, { requests }) => sum + requests, 0),
    ).toBe(scene.made(run.id));
    expect(workers.map(starts)).toEqual([1, 1]);
    expect(runs().list()).toHaveLength(1);
  });

  it('changes and stops a run that it did not start, and runs its teardown where the setup was', async () => {
    let teardowns = 0;
    const hooks = {
      setup: () => Promise.resolve({ token: 7 }),
      teardown: () => Promise.resolve(void teardowns++),
    };
    const [a, b] = [await scene.worker('a', hooks), await scene.worker('b', hooks)];
    const run = await scene.create();
    await scene.seconds(3);
    scene.killMaster();
    await scene.startMaster();
    await comeBack(a, b);
    await scene.play(runs().adjust(run.id, { users: 5 }));
    const c = await scene.worker('c');
    await scene.seconds(3);
    expect(scene.workers.map(({ users }) => users)).toEqual([2, 2, 1]);
    expect(c.work?.data).toEqual({ token: 7 });
    await scene.play(runs().stop(run.id, 'asked for'));
    await scene.seconds(2);
    expect(runs().get(run.id)).toMatchObject({ state: 'finished', verdict: 'degraded', reason: 'asked for' });
    expect(runs().get(run.id).verdictReasons).toEqual([
      expect.stringMatching(/^the load was changed by hand after \d+s$/),
    ]);
    expect(runs().summary(run.id).total.requests).toBe(scene.made(run.id));
    expect(teardowns).toBe(1);
  });

  it('gives nobody a share before those who have one are back, or missed', async () => {
    const a = await scene.worker('a');
    await scene.create();
    await scene.seconds(3);
    scene.killMaster();
    await scene.startMaster();
    const newcomer = await scene.worker('new');
    await scene.seconds(2);
    expect(newcomer.commands).not.toContain('prepare');
    await comeBack(a);
    expect(scene.workers.map(({ users }) => users)).toEqual([11, 10]);
  });

  it('says what a worker that did not come back can have kept to itself', async () => {
    const [a, b] = [await scene.worker('a'), await scene.worker('b')];
    const run = await scene.create({ lossPolicy: 'rebalance' });
    await scene.seconds(5);
    scene.killMaster();
    await scene.seconds(2);
    b.kill();
    await scene.startMaster();
    await comeBack(a);
    expect(runs().stats().users).toBe(21);
    await scene.seconds(12);
    expect(scene.workers.map(({ users }) => users)).toEqual([21, 0]);
    await scene.play(runs().stop(run.id, 'asked for'));
    await scene.seconds(2);
    const end = runs().get(run.id);
    expect(end).toMatchObject({ state: 'finished', verdict: 'degraded' });
    const unreported = scene.made(run.id) - runs().summary(run.id).total.requests;
    expect(unreported).toBeGreaterThan(0);
    expect(end.unreportedAtMost).toBeGreaterThanOrEqual(unreported);
  });

  it('ends a run that nobody is in any more as failed, within one lease', async () => {
    const a = await scene.worker('a');
    const run = await scene.create();
    await scene.seconds(3);
    scene.killMaster();
    a.kill();
    await scene.startMaster();
    await scene.worker('new');
    await scene.seconds(8);
    expect(runs().get(run.id).state).toBe('running');
    await scene.seconds(4);
    expect(runs().get(run.id)).toMatchObject({ state: 'failed', verdict: 'invalid' });
    expect(scene.workers[1]?.commands).not.toContain('start');
  });

  it('says that nothing bounds what was lost when nobody had told a number yet', async () => {
    const a = await scene.worker('a');
    const run = await scene.create();
    scene.killMaster();
    await scene.seconds(2);
    a.kill();
    await scene.startMaster();
    await scene.seconds(12);
    expect(runs().get(run.id)).toMatchObject({ state: 'failed', verdict: 'invalid' });
    expect(runs().get(run.id).verdictReasons).toContainEqual(
      expect.stringMatching(/^worker a.* was lost before any numbers came: what it did is not known/),
    );
    expect(scene.made(run.id)).toBeGreaterThan(runs().get(run.id).unreportedAtMost);
  });

  it('takes in the last numbers of a run that ended while there was no master', async () => {
    const a = await scene.worker('a');
    const run = await scene.create({ runTimeSeconds: 5 });
    await scene.seconds(4);
    const { work } = a;
    scene.killMaster();
    await scene.seconds(4);
    expect(work?.state).toBe('done');
    await scene.startMaster();
    await scene.play(a.connect());
    await scene.play(a.lastWord());
    await scene.seconds(1);
    expect(runs().get(run.id)).toMatchObject({ state: 'finished', verdict: 'passed' });
    expect(runs().summary(run.id).total.requests).toBe(scene.made(run.id));
  });

  it('ends as planned a run whose workers are at its end when the next master meets them', async () => {
    const a = await scene.worker('a');
    const run = await scene.create({ runTimeSeconds: 5 });
    await scene.seconds(4);
    scene.killMaster();
    await scene.seconds(4);
    await scene.startMaster();
    // It is not done before somebody has taken its last numbers.
    if (a.work) a.work.state = 'stopping';
    await scene.play(a.connect());
    await scene.play(a.lastWord());
    await scene.seconds(2);
    expect(runs().get(run.id)).toMatchObject({ state: 'finished', verdict: 'passed' });
    expect(runs().summary(run.id).total.requests).toBe(scene.made(run.id));
  });

  it('begins the load once when the old master died between its decision and the start', async () => {
    const a = await scene.worker('a', {
      start: () => (scene.access.condition === 'dead' ? never() : Promise.resolve()),
    });
    const never = () => new Promise<void>(() => {});
    let isKilled = false;
    let killed = (): void => {};
    const kill = new Promise<void>((resolve) => (killed = resolve));
    const b = await scene.worker('b', {
      start: () => {
        if (isKilled) return Promise.resolve();
        isKilled = true;
        scene.killMaster();
        killed();
        return never();
      },
    });
    runs()
      .create({ users: 21, spawnRate: 21 })
      .catch(() => {});
    await scene.play(kill);
    await scene.startMaster();
    await comeBack(a, b);
    await scene.seconds(2);
    expect(scene.workers.map(({ users }) => users)).toEqual([11, 10]);
    expect(runs().current()?.state).toBe('running');
  });

  it('fails what was only being prepared, and keeps what waits in the queue with its scenario', async () => {
    await scene.worker('a', { prepare: () => new Promise(() => {}) });
    const created = runs().create({});
    created.catch(() => {});
    const queued = await scene.play(runs().enqueue({ users: 3, spawnRate: 3 }, undefined, { owner: 'x' }));
    const preparing = new Promise<void>((resolve) => {
      const look = (): void => void (runs().current() ? resolve() : setImmediate(look));
      look();
    });
    await scene.play(preparing);
    scene.killMaster();
    scene.write('shop.ts', 'export class Changed {}');
    await scene.startMaster();
    expect(runs().current()).toMatchObject({ state: 'failed', reason: expect.stringContaining('restarted') });
    expect(runs().get(queued.id).state).toBe('queued');
    const b = await scene.worker('b');
    const begun = await scene.play(runs().begin(queued.id));
    expect(begun.state).toBe('spawning');
    expect((await scene.core.store.bundles.get(b.work?.plan.bundleHash ?? ''))?.code).toContain('Shopper');
  });

  it.each([
    ['a snapshot that is damaged', () => ({ bytes: new Uint8Array([1, 2, 3]) }), undefined],
    [
      'a threshold that nobody can read',
      undefined,
      { description: { ...describedShop, thresholds: { nothing: ['p95<'] } } },
    ],
  ])('fails a run of which it cannot read %s, and leads the others', async (_what, snapshot, patch) => {
    const [a, b] = [
      await scene.worker('a', { labels: { zone: 'east' } }),
      await scene.worker('b', { labels: { zone: 'west' } }),
    ];
    const ids: string[] = [];
    for (const zone of ['east', 'west']) {
      const wish = { labels: { zone }, workers: undefined };
      const { id } = await scene.play(runs().enqueue({ users: 10, spawnRate: 10 }, wish, { owner: 'x' }));
      await scene.play(runs().begin(id));
      ids.push(id);
    }
    const [sound = '', broken = ''] = ids;
    await scene.seconds(3);
    scene.killMaster();
    const { numbers, runs: records } = scene.kept;
    const { epoch = 0, revision = 0 } = (await records.get(broken)) ?? {};
    if (patch) await records.update(broken, { epoch, revision }, patch as never);
    const [stored] = (await numbers.load(broken)).snapshots;
    if (snapshot && stored) {
      const snapshots = [{ ...stored, seq: stored.seq + 1, ...snapshot() }];
      await numbers.commit([{ runId: broken, snapshots, points: [], baseline: undefined }], epoch);
    }
    await scene.startMaster();
    expect((await records.get(broken))?.state).toBe('failed');
    expect((await records.get(broken))?.reason).toMatch(/^the master was restarted and could not take the run up: \w/);
    await comeBack(a, b);
    expect(scene.workers.map(({ users }) => users)).toEqual([10, 0]);
    expect(runs().get(sound).state).toBe('running');
    expect(runs().stats(sound).total.requests).toBe(scene.made(sound));
  });

  it('counts from the last reset, before and after', async () => {
    const a = await scene.worker('a');
    const run = await scene.create();
    await scene.seconds(4);
    runs().resetStats(run.id);
    const madeBefore = scene.made(run.id);
    await scene.seconds(4);
    scene.killMaster();
    await scene.startMaster();
    await comeBack(a);
    const counted = runs().stats(run.id).total.requests;
    expect(Math.abs(counted - (scene.made(run.id) - madeBefore))).toBeLessThanOrEqual(21);
    expect(runs().series(run.id)[0]?.second).toBeGreaterThanOrEqual(3);
  });

  it('tells of runs that had ended exactly what the first master told', async () => {
    const a = await scene.worker('a');
    const ids: string[] = [];
    for (const users of [3, 4]) {
      ids.push((await scene.create({ users, runTimeSeconds: 4 })).id);
      await scene.seconds(7);
    }
    const told = (id: string) => [
      runs().get(id),
      runs().summary(id),
      runs().series(id),
      [...runs().runStats(id).allSeries()].map(({ requests }) => requests),
      { ...runs().stats(id), rows: [], total: undefined },
    ];
    const before = ids.map(told);
    scene.killMaster();
    a.kill();
    await scene.startMaster();
    for (const id of ids) await scene.play(runs().load(id));
    expect(ids.map(told)).toEqual(before);
    expect(
      runs()
        .list()
        .map(({ id }) => id),
    ).toEqual([...ids].reverse());
  });

  it('leaves the first master no say, should it live after all', async () => {
    const a = await scene.worker('a');
    const run = await scene.create();
    await scene.seconds(3);
    const zombie = scene.core;
    const { access } = scene;
    scene.killMaster();
    await scene.startMaster();
    await comeBack(a);
    access.condition = 'fine';
    await expect(scene.play(zombie.runs.stop(run.id, 'a zombie wants it'))).rejects.toMatchObject({
      code: 'RUN_TAKEN_OVER',
    });
    await scene.seconds(15);
    expect(runs().get(run.id)).toMatchObject({ state: 'running', reason: null });
    await zombie.close();
  });
});
