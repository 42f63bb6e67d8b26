// The store goes away and comes back while a run is going: the run goes on, and nothing is missing at the end.
import { Scene } from '../testing/scene.js';

describe('a store that cannot be reached', () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await Scene.open();
  });
  afterEach(() => scene.close());

  const runs = () => scene.core.runs;

  it('refuses new runs and lets those that are going go on, live and all', async () => {
    const a = await scene.worker('a');
    const run = await scene.create({ runTimeSeconds: 20 });
    await scene.seconds(5);
    scene.access.condition = 'unreachable';
    const { bytes, seq } = a.nextSnapshot();
    await expect(scene.play(a.snapshot(bytes, seq))).resolves.toMatchObject({ problem: { code: 'STORE_UNAVAILABLE' } });
    await scene.seconds(5);
    expect(runs().stats().total.requests).toBe(scene.made(run.id));
    await scene.play(runs().adjust(run.id, { users: 5, runTimeSeconds: 30 }));
    await scene.seconds(3);
    expect(a.users).toBe(5);
    scene.access.condition = 'fine';
    await scene.seconds(3);
    const { snapshots } = await scene.core.store.numbers.load(run.id);
    expect(snapshots).toHaveLength(1);
    expect((await scene.core.store.runs.get(run.id))?.changes).toHaveLength(1);
  });

  it('can stop a run meanwhile, and keeps its result until it can be stored', async () => {
    await scene.worker('a');
    const run = await scene.create();
    await scene.seconds(5);
    scene.access.condition = 'unreachable';
    await scene.play(runs().stop(run.id, 'asked for'));
    await scene.seconds(5);
    expect(runs().get(run.id)).toMatchObject({ state: 'finished', reason: 'asked for' });
    expect(runs().summary(run.id).total.requests).toBe(scene.made(run.id));
    await expect(scene.create()).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    scene.access.condition = 'fine';
    await scene.seconds(5);
    expect(await scene.core.store.runs.get(run.id)).toMatchObject({ state: 'finished', verdict: 'passed' });
    const archive = await scene.core.store.numbers.archived(run.id);
    expect(archive?.summary.total.requests).toBe(scene.made(run.id));
    expect((await scene.create()).state).toBe('spawning');
  });

  it('confirms nothing of a run that is over before it is stored, and the next master has it from the workers', async () => {
    const workers = [await scene.worker('a'), await scene.worker('b')];
    const run = await scene.create({ users: 4, runTimeSeconds: 8 });
    await scene.seconds(4);
    scene.access.isWithoutNumbers = true;
    await scene.seconds(8);
    expect(runs().get(run.id).state).toBe('finished');
    expect(runs().summary(run.id).total.requests).toBe(scene.made(run.id));
    for (const worker of workers) {
      await expect(scene.play(worker.sayAgain())).resolves.toMatchObject({ problem: { code: 'STORE_UNAVAILABLE' } });
    }
    // The record says by now that the run is over, and nothing says what it came to.
    scene.killMaster();
    await scene.startMaster();
    for (const worker of workers) await scene.play(worker.connect());
    expect(runs().get(run.id)).toMatchObject({ state: 'finished', unreportedAtMost: 0 });
    for (const worker of workers) {
      expect(await scene.play(worker.sayAgain())).toHaveProperty('seq');
      expect(await scene.play(worker.sayAgain())).toHaveProperty('seq');
    }
    await scene.seconds(2);
    const archive = await scene.core.store.numbers.archived(run.id);
    expect(archive?.summary.total.requests).toBe(scene.made(run.id));
    expect((await scene.core.store.numbers.load(run.id)).snapshots).toEqual([]);
  });

  it('ends a run in the store only after its last numbers are there', async () => {
    await scene.worker('a');
    const run = await scene.create({ users: 4, runTimeSeconds: 4 });
    await scene.seconds(3);
    let goOn = (): void => {};
    scene.access.numbersWaitFor = new Promise((resolve) => (goOn = resolve));
    await scene.seconds(4);
    expect(runs().get(run.id).state).toBe('stopping');
    goOn();
    await scene.seconds(1);
    expect(runs().get(run.id)).toMatchObject({ state: 'finished', verdict: 'passed', unreportedAtMost: 0 });
  });
});
