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

describe('a start that comes to nothing while the store cannot be reached', () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await Scene.open();
  });
  afterEach(() => scene.close());

  const runs = () => scene.core.runs;
  /** Lets seconds pass in small steps with real turns between, as file access needs. */
  const seconds = (count: number) =>
    scene.play(new Promise<void>((resolve) => scene.clock.setTimeout(resolve, count * 1_000)));
  const gate = () => {
    let open = (): void => {};
    let come = (): void => {};
    const opened = new Promise<void>((resolve) => (open = resolve));
    const reached = new Promise<void>((resolve) => (come = resolve));
    const pass = (): Promise<void> => {
      come();
      return opened;
    };
    return { open, pass, reached };
  };

  it.each([
    ['is called off', 'aborted', 'START_CALLED_OFF'],
    ['fails', 'failed', 'SETUP_FAILED'],
  ])('during setup, because it %s, is %s at once and gives its workers back', async (how, state, code) => {
    const setup = gate();
    const worker = await scene.worker('a', {
      setup: async () => {
        await setup.pass();
        if (how === 'fails' && scene.access.condition !== 'fine') throw new Error('no such user');
      },
    });
    const created = runs().create({ users: 21, spawnRate: 21 });
    created.catch(() => {});
    await scene.play(setup.reached);
    const id = runs().current()?.id ?? '';
    scene.access.condition = 'unreachable';
    if (how === 'is called off') await scene.play(runs().stop(id, 'enough'));
    else setup.open();
    await expect(scene.play(created)).rejects.toMatchObject({ code });
    expect(runs().get(id).state).toBe(state);
    expect(runs().hasNoRun(worker.id)).toBe(true);
    setup.open();
    scene.access.condition = 'fine';
    await seconds(3);
    expect(await scene.kept.runs.get(id)).toMatchObject({ state, endedAtMs: expect.any(Number) });
    expect((await scene.create()).state).toBe('spawning');
  });

  it('of a queued run that was called off, does not begin when the store is back', async () => {
    const look = gate();
    const worker = await scene.worker('a', { inspect: () => look.pass() });
    scene.write('other.ts', 'export class Other {}');
    const body = { scenario: 'other.ts', users: 10, spawnRate: 10, queue: {} };
    const queued = scene.play(scene.core.queue.enqueue(body, 'anna'));
    await scene.play(look.reached);
    const { id } = await queued;
    expect(runs().get(id).state).toBe('queued');
    scene.access.condition = 'unreachable';
    await scene.play(runs().stopAll('enough'));
    expect(runs().get(id).state).toBe('aborted');
    look.open();
    await seconds(3);
    scene.access.condition = 'fine';
    await seconds(40);
    expect(worker.commands).not.toContain('start');
    expect(await scene.kept.runs.get(id)).toMatchObject({
      state: 'aborted',
      reason: expect.stringContaining('enough'),
    });
  });

  it('is another matter than a stop of a run that only waits, which is confirmed only once it is stored', async () => {
    const { id } = await scene.play(scene.core.queue.enqueue({ users: 10, spawnRate: 10, queue: {} }, 'anna'));
    scene.access.condition = 'unreachable';
    await expect(scene.play(runs().stop(id, 'enough'))).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(runs().get(id).state).toBe('queued');
  });
});
