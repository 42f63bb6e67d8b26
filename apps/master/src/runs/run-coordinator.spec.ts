import { Scene } from '../testing/scene.js';
import { describedShop } from '../testing/scripted-worker.js';

describe('runs over a fleet', () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await Scene.open();
  });
  afterEach(() => scene.close());

  const users = (): number[] => scene.workers.map((worker) => worker.users);
  const stopped = async (): Promise<void> => {
    const run = scene.core.runs.current();
    await scene.play(scene.core.runs.stop(run?.id ?? '', 'asked for'));
    await scene.seconds(1);
  };

  it('splits 21 users as 11 and 10, counts exactly, and can be run again', async () => {
    await scene.worker('a');
    await scene.worker('b');
    const run = await scene.create();
    expect(run.state).toBe('spawning');
    await scene.seconds(5);
    expect(users()).toEqual([11, 10]);
    expect(scene.core.runs.stats()).toMatchObject({ state: 'running', users: 21, usersByClass: { Shopper: 21 } });
    await stopped();
    expect(scene.core.runs.current()).toMatchObject({ state: 'finished', verdict: 'passed', reason: 'asked for' });
    expect(scene.core.runs.summary().total.requests).toBe(scene.made(run.id));
    expect(scene.made(run.id)).toBeGreaterThanOrEqual(4 * 21);
    const again = await scene.create({ users: 3 });
    await scene.seconds(3);
    expect(users()).toEqual([2, 1]);
    expect(scene.core.runs.stats(again.id).total.requests).toBeLessThan(15);
    await stopped();
    expect(scene.core.runs.list().map(({ id, state }) => [id, state])).toEqual([
      [again.id, 'finished'],
      [run.id, 'finished'],
    ]);
  });

  it('starts all workers at one instant, with the result of one setup, and runs teardown once', async () => {
    let setups = 0;
    let teardowns = 0;
    const hooks = {
      setup: () => Promise.resolve({ token: ++setups }),
      teardown: () => {
        teardowns++;
        return Promise.resolve();
      },
    };
    await scene.worker('a', hooks);
    await scene.worker('b', hooks);
    await scene.create();
    const [a, b] = scene.workers.map(({ work }) => work);
    expect(a?.startAtMs).toBe(b?.startAtMs);
    expect([a?.data, b?.data]).toEqual([{ token: 1 }, { token: 1 }]);
    await scene.seconds(1);
    await stopped();
    expect([setups, teardowns]).toEqual([1, 1]);
  });

  it('ends by itself at the run time, without anybody being told to', async () => {
    const worker = await scene.worker('a');
    await scene.create({ runTimeSeconds: 4 });
    await scene.seconds(6);
    expect(scene.core.runs.current()).toMatchObject({ state: 'finished', reason: null, verdict: 'passed' });
    expect(worker.commands).not.toContain('stop');
  });

  it.each([
    [1_500, 1_500],
    [undefined, 5_000],
  ])('leaves iterations what the scenario says to end after a stop: %s ms are %s', async (stopTimeoutMs, expected) => {
    const worker = await scene.worker('a', { description: { ...describedShop, stopTimeoutMs } });
    const left: number[] = [];
    worker.onStop = (graceMs) => left.push(graceMs);
    await scene.create();
    await scene.seconds(3);
    await stopped();
    expect(left).toEqual([expected]);
  });

  it.each(['shop', 'shop.ts'])('plans and starts a scenario that is named %s', async (scenario) => {
    await scene.worker('a');
    const run = await scene.create({ scenario });
    expect(run.scenario).toBe('shop.ts');
    expect(scene.core.runs.planned({ scenario, users: 4 }).lines).toHaveLength(1);
    expect(() => scene.core.runs.planned({ scenario: 'sho' })).toThrow(
      expect.objectContaining({ code: 'SCENARIO_NOT_FOUND' }),
    );
  });

  it('ends with its shape', async () => {
    const a = await scene.worker('a', { description: { ...describedShop, shapes: ['Spike'] } });
    const run = await scene.create();
    expect(run).toMatchObject({ shape: 'Spike', users: null });
    await scene.seconds(3);
    a.end('the shape has ended');
    await scene.seconds(1);
    // Nobody plays the users of a shape here.
    const verdictReasons = ['no request was made'];
    expect(scene.core.runs.current()).toMatchObject({ state: 'finished', reason: null, verdictReasons });
  });

  it('fails when its only worker ends for a reason of its own', async () => {
    const a = await scene.worker('a');
    await scene.create();
    await scene.seconds(3);
    a.end('all engines died');
    await scene.seconds(1);
    const run = scene.core.runs.current();
    expect(run).toMatchObject({ state: 'failed', verdict: 'invalid' });
    expect(run?.verdictReasons.join()).toContain('all engines died');
  });

  it('goes on with the others when one of two ends for a reason of its own', async () => {
    const a = await scene.worker('a');
    await scene.worker('b');
    await scene.create();
    await scene.seconds(3);
    a.end('all engines died');
    await scene.seconds(2);
    expect(users()).toEqual([0, 21]);
    await stopped();
    expect(scene.core.runs.current()).toMatchObject({ state: 'finished', verdict: 'degraded' });
  });

  it('judges by the thresholds of the scenario', async () => {
    const thresholds = { request_duration: ['p95<1'], request_failed: ['rate<0.05'] };
    await scene.worker('a', { description: { ...describedShop, thresholds } });
    await scene.create();
    await scene.seconds(3);
    await stopped();
    const run = scene.core.runs.current();
    expect(run).toMatchObject({ state: 'finished', verdict: 'failed' });
    expect(run?.verdictReasons).toEqual([expect.stringContaining('request_duration')]);
    expect(scene.core.runs.summary().thresholds.map(({ passed }) => passed)).toEqual([false, true]);
  });

  it('never stops a later run by the clock of an earlier one', async () => {
    await scene.worker('a');
    await scene.create({ runTimeSeconds: 10 });
    await scene.seconds(2);
    await stopped();
    const later = await scene.create();
    await scene.seconds(30);
    expect(scene.core.runs.current()).toMatchObject({ id: later.id, state: 'running' });
  });

  it('stops workers that go on after the run time', async () => {
    const worker = await scene.worker('a');
    await scene.create({ runTimeSeconds: 3 });
    const { work } = worker;
    if (work) Object.assign(work.plan.load, { runTimeMs: undefined });
    await scene.seconds(8);
    expect(worker.commands).toContain('stop');
    expect(scene.state).toBe('finished');
  });

  it('changes the load live, and the countdown with it', async () => {
    await scene.worker('a');
    await scene.worker('b');
    const run = await scene.create();
    await scene.seconds(3);
    const view = await scene.play(scene.core.runs.adjust(run.id, { users: 5, runTimeSeconds: 4 }));
    expect(view).toMatchObject({ users: 5, spawnRate: 21 });
    await scene.seconds(2);
    expect(users()).toEqual([3, 2]);
    expect(scene.state).toBe('running');
    await scene.seconds(4);
    expect(scene.state).toBe('finished');
    await expect(scene.core.runs.adjust(run.id, { users: 1 })).rejects.toMatchObject({ code: 'RUN_NOT_ACTIVE' });
  });

  it('gives the share of a worker that leaves to the others and loses nothing', async () => {
    const a = await scene.worker('a');
    await scene.worker('b');
    const run = await scene.create();
    await scene.seconds(3);
    await scene.play(a.leave());
    await scene.seconds(3);
    expect(scene.core.fleet.workers().map(({ id }) => id)).toEqual([scene.workers[1]?.id]);
    expect(users()).toEqual([0, 21]);
    expect(scene.core.runs.stats().users).toBe(21);
    await stopped();
    expect(scene.core.runs.current()).toMatchObject({ state: 'finished', verdict: 'passed', unreportedAtMost: 0 });
    expect(scene.core.runs.summary().total.requests).toBe(scene.made(run.id));
  });

  it('gives a worker that joins its share, with the changes made before', async () => {
    await scene.worker('a');
    const run = await scene.create();
    await scene.seconds(2);
    await scene.play(scene.core.runs.adjust(run.id, { users: 30 }));
    const late = await scene.worker('late');
    await scene.seconds(2);
    expect(users()).toEqual([15, 15]);
    expect(late.work?.startAtMs).toBe(scene.workers[0]?.work?.startAtMs);
    await scene.worker('third');
    await scene.seconds(2);
    expect(users()).toEqual([10, 10, 10]);
    await stopped();
    expect(scene.core.runs.summary().total.requests).toBe(scene.made(run.id));
  });

  it('goes on without a killed worker, degraded, and says what is missing at most', async () => {
    await scene.worker('a');
    const b = await scene.worker('b');
    const run = await scene.create({ lossPolicy: 'rebalance' });
    await scene.seconds(5);
    b.kill();
    await scene.seconds(14);
    expect(users()).toEqual([21, 0]);
    await stopped();
    const end = scene.core.runs.get(run.id);
    expect(end).toMatchObject({ state: 'finished', verdict: 'degraded' });
    expect(end.verdictReasons.join()).toContain(b.id);
    const missing = scene.made(run.id) - scene.core.runs.summary().total.requests;
    expect(missing).toBeGreaterThanOrEqual(0);
    expect(missing).toBeLessThanOrEqual(end.unreportedAtMost);
    // A second and a bit of its ten requests a second, and one more for each of its users.
    expect(end.unreportedAtMost).toBeLessThanOrEqual(25);
  });

  it.each([
    ['continue', 'running'],
    ['rebalance', 'running'],
    ['abort', 'aborted'],
  ] as const)('does with the loss of an engine what the policy %s says: the run is %s', async (lossPolicy, state) => {
    await scene.worker('a');
    const b = await scene.worker('b');
    const run = await scene.create({ lossPolicy });
    await scene.seconds(3);
    await scene.play(b.loseEngine());
    await scene.seconds(6);
    const now = scene.core.runs.get(run.id);
    expect(now.state).toBe(state);
    if (state === 'aborted') expect(now.reason).toBe(`worker ${b.id} lost an engine`);
    await stopped();
  });

  it('takes a worker that is only silent for one that goes on, as it does', async () => {
    await scene.worker('a');
    const b = await scene.worker('b');
    const run = await scene.create();
    await scene.seconds(5);
    b.cut();
    await scene.seconds(20);
    await stopped();
    const missing = scene.made(run.id) - scene.core.runs.summary().total.requests;
    expect(missing).toBeGreaterThan(150);
    expect(scene.core.runs.get(run.id).unreportedAtMost).toBeGreaterThanOrEqual(missing);
  });

  it('fails when the last worker is lost, and gives a newcomer nothing of it', async () => {
    const a = await scene.worker('a');
    await scene.create();
    await scene.seconds(3);
    a.kill();
    await scene.seconds(12);
    expect(scene.core.runs.current()).toMatchObject({ state: 'failed', verdict: 'invalid' });
    const fresh = await scene.worker('fresh');
    await scene.seconds(2);
    expect(fresh.users).toBe(0);
    expect((await scene.create()).state).toBe('spawning');
  });

  it('gives a newcomer nothing of a run in which nobody is heard, also before they are lost', async () => {
    const a = await scene.worker('a');
    await scene.create();
    await scene.seconds(3);
    a.kill();
    await scene.seconds(1);
    const early = await scene.worker('early');
    await scene.seconds(11);
    expect(scene.core.runs.current()).toMatchObject({ state: 'failed', verdict: 'invalid' });
    expect(early.users).toBe(0);
    expect((await scene.create()).state).toBe('spawning');
  });

  it('lets a newcomer in once somebody in the run is heard again', async () => {
    const a = await scene.worker('a');
    const run = await scene.create();
    await scene.seconds(3);
    a.cut();
    await scene.worker('early');
    await scene.seconds(4);
    expect(users()).toEqual([21, 0]);
    await scene.play(a.connect());
    await scene.seconds(3);
    expect(users()).toEqual([11, 10]);
    await stopped();
    expect(scene.core.runs.summary().total.requests).toBe(scene.made(run.id));
  });

  it('takes a worker back that was cut off, with every number', async () => {
    await scene.worker('a');
    const b = await scene.worker('b');
    const run = await scene.create();
    await scene.seconds(3);
    b.cut();
    await scene.seconds(12);
    expect(scene.core.runs.get(run.id).unreportedAtMost).toBeGreaterThan(0);
    await scene.play(b.connect());
    await scene.seconds(3);
    expect(users()).toEqual([11, 10]);
    await stopped();
    expect(scene.core.runs.get(run.id)).toMatchObject({ verdict: 'degraded', unreportedAtMost: 0 });
    expect(scene.core.runs.summary().total.requests).toBe(scene.made(run.id));
  });

  it('tells a worker that comes back from a run that is over to end it', async () => {
    await scene.worker('a');
    const b = await scene.worker('b');
    await scene.create();
    await scene.seconds(2);
    b.cut();
    await scene.seconds(1);
    await stopped();
    await scene.seconds(20);
    expect(scene.state).toBe('finished');
    expect(b.users).toBe(10);
    await scene.play(b.connect());
    await scene.seconds(1);
    expect(b.users).toBe(0);
  });

  it('counts from a reset on, and leaves the run alone', async () => {
    await scene.worker('a');
    await scene.create();
    await scene.seconds(5);
    scene.core.runs.resetStats();
    expect(scene.core.runs.stats().total.requests).toBe(0);
    await scene.seconds(2);
    const { total, users: now } = scene.core.runs.stats();
    expect(total.requests).toBe(2 * 21);
    expect(now).toBe(21);
    expect(scene.core.runs.series().every(({ second }) => second >= 4)).toBe(true);
  });

  it('does not count a snapshot that comes twice or late', async () => {
    const a = await scene.worker('a');
    const run = await scene.create();
    await scene.seconds(2);
    const old = a.nextSnapshot();
    await scene.seconds(2);
    const before = scene.core.runs.stats(run.id).total.requests;
    await scene.play(a.snapshot(old.bytes, old.seq));
    await scene.play(a.snapshot(old.bytes, old.seq));
    expect(scene.core.runs.stats(run.id).total.requests).toBe(before);
  });
});
