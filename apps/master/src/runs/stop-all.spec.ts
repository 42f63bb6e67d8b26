// Exactly one way to stop everything: what is active ends, what is being started does not begin.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { SwarmService } from '../locust/swarm.service.js';
import { Scene } from '../testing/scene.js';

/** Something that takes until it is let go on, and tells when somebody has come to it. */
class Gate {
  isShut = false;
  private goOn: () => void = () => {};
  private come: () => void = () => {};
  private readonly opened = new Promise<void>((resolve) => (this.goOn = resolve));
  readonly reached = new Promise<void>((resolve) => (this.come = resolve));

  async pass(): Promise<void> {
    if (!this.isShut) return;
    this.come();
    await this.opened;
  }

  open(): void {
    this.isShut = false;
    this.goOn();
  }
}

describe('a stop while a start is under way', () => {
  let scene: Scene;
  let gate: Gate;
  beforeEach(async () => {
    gate = new Gate();
    scene = await Scene.open({
      bundle: async (file) => {
        if (place === 'bundled') await gate.pass();
        const code = readFileSync(file, 'utf8');
        return { name: basename(file), hash: `hash-of-${code.length}`, code };
      },
    });
  });
  afterEach(() => scene.close());

  let place = '';
  const runs = () => scene.core.runs;
  const stop = () => scene.play(new SwarmService(runs()).stop());
  const nobodyBegan = (): void => {
    expect(scene.workers.map(({ users }) => users)).toEqual(scene.workers.map(() => 0));
    for (const { commands, made } of scene.workers) {
      expect(commands).not.toContain('start');
      expect(made.size).toBe(0);
    }
  };

  it.each(['bundled', 'given workers', 'looked at', 'recorded', 'prepared'])(
    'begins nothing of a run that is being %s',
    async (where) => {
      place = where;
      const wait = (): Promise<void> => gate.pass();
      await scene.worker('a', {
        ...(place === 'looked at' ? { inspect: wait } : {}),
        ...(place === 'prepared' ? { setup: wait } : {}),
      });
      if (place === 'looked at') scene.write('shop.ts', 'export class ShopperOfAnotherShop {}');
      const insert = scene.kept.runs.insert.bind(scene.kept.runs);
      if (place === 'recorded') {
        scene.kept.runs.insert = async (record) => {
          await gate.pass();
          return insert(record);
        };
      }
      const [link] = scene.core.fleet.usable();
      const atItsLastRun = (): string => {
        if (gate.isShut) void gate.pass();
        return gate.isShut ? 'stopping' : 'idle';
      };
      if (place === 'given workers') Object.defineProperty(link, 'workState', { get: atItsLastRun });
      gate.isShut = true;
      const created = runs().create({ users: 21, spawnRate: 21 });
      created.catch(() => {});
      await scene.play(gate.reached);
      expect(await stop()).toMatchObject({ success: true, message: 'Test stopped', run_id: expect.any(String) });
      gate.open();
      await expect(scene.play(created)).rejects.toMatchObject({
        code: 'START_CALLED_OFF',
        message: expect.stringMatching(/was called off: stopped by a user/),
      });
      await scene.seconds(5);
      nobodyBegan();
      expect(
        runs()
          .list()
          .filter(({ endedAt }) => endedAt === null),
      ).toEqual([]);
      scene.kept.runs.insert = insert;
      place = '';
      expect((await scene.create()).state).toBe('spawning');
    },
  );

  it('keeps a worker that still looks at the scenario from the next run until it has done so', async () => {
    const worker = await scene.worker('a', { inspect: () => gate.pass() });
    scene.write('other.ts', 'export class Other {}');
    gate.isShut = true;
    const calledOff = runs().create({ scenario: 'other.ts', users: 21, spawnRate: 21 });
    calledOff.catch(() => {});
    await scene.play(gate.reached);
    await stop();
    await expect(scene.play(calledOff)).rejects.toMatchObject({ code: 'START_CALLED_OFF' });
    expect(runs().hasNoRun(worker.id)).toBe(false);
    const next = runs().create({ users: 21, spawnRate: 21 });
    next.catch(() => {});
    await scene.play(new Promise<void>((resolve) => scene.clock.setTimeout(resolve, 1_000)));
    expect(worker.commands).not.toContain('prepare');
    gate.open();
    expect((await scene.play(next)).state).toBe('spawning');
  });

  it('aborts a queued run that is being begun, and leaves the others in the queue', async () => {
    place = 'looked at';
    const wish = { labels: { zone: 'east' }, workers: undefined };
    const ids: string[] = [];
    for (const users of [5, 6]) {
      ids.push((await scene.play(runs().enqueue({ users, spawnRate: 5 }, wish, { owner: 'x' }))).id);
    }
    const [begun = '', waiting = ''] = ids;
    gate.isShut = true;
    await scene.worker('a', { labels: { zone: 'east' }, inspect: () => gate.pass() });
    const beginning = runs().begin(begun);
    beginning.catch(() => {});
    await scene.play(gate.reached);
    await stop();
    gate.open();
    await expect(scene.play(beginning)).rejects.toMatchObject({ code: 'START_CALLED_OFF' });
    expect(runs().get(begun)).toMatchObject({ state: 'aborted', reason: expect.stringContaining('stopped by a user') });
    expect(runs().get(waiting).state).toBe('queued');
    nobodyBegan();
  });
});

describe('a stop of everything', () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await Scene.open();
  });
  afterEach(() => scene.close());

  const runs = () => scene.core.runs;
  const queue = (zone: string) => {
    const wish = { labels: { zone } };
    return scene.play(scene.core.queue.enqueue({ users: 10, spawnRate: 10, queue: wish }, 'anna'));
  };
  /** Lets seconds pass in small steps with real turns between, as file access needs. */
  const seconds = (count: number) =>
    scene.play(new Promise<void>((resolve) => scene.clock.setTimeout(resolve, count * 1_000)));
  const two = async (): Promise<string[]> => {
    const [east, west] = [await queue('east'), await queue('west')];
    await scene.worker('a', { labels: { zone: 'east' } });
    await scene.worker('b', { labels: { zone: 'west' } });
    await seconds(3);
    expect(scene.workers.map(({ users }) => users)).toEqual([10, 10]);
    return [east.id, west.id];
  };
  const users = (): number[] => scene.workers.map((worker) => worker.users);

  it('ends every active run, also by Locust’s route', async () => {
    const ids = await two();
    await scene.play(new SwarmService(runs()).stop());
    await seconds(2);
    expect(ids.map((id) => runs().get(id).state)).toEqual(['finished', 'finished']);
    expect(users()).toEqual([0, 0]);
  });

  it('tells what it has stopped, gives iterations the time that is asked for, and lets the next run have its turn', async () => {
    const ids = await two();
    const next = await queue('east');
    const graces: number[] = [];
    for (const worker of scene.workers) worker.onStop = (graceMs) => void graces.push(graceMs);
    const stopped = await scene.play(runs().stopAll('enough', 250));
    expect(stopped.runs.map(({ id, state }) => `${id} ${state}`)).toEqual(
      ids.toReversed().map((id) => `${id} stopping`),
    );
    expect(stopped.calledOff).toEqual([]);
    await seconds(5);
    expect(graces).toEqual([250, 250]);
    expect(runs().get(next.id).state).toBe('running');
  });

  it('holds the queue when it is told to, under the next master too, until it is released', async () => {
    const ids = await two();
    const next = await queue('east');
    await scene.play(Promise.all([scene.core.queue.hold(), runs().stopAll('enough')]));
    await seconds(30);
    expect(ids.map((id) => runs().get(id).state)).toEqual(['finished', 'finished']);
    expect(scene.core.queue.view()).toMatchObject({ held: true, waiting: [{ id: next.id, queue: { position: 1 } }] });
    scene.killMaster();
    await scene.startMaster();
    for (const worker of scene.workers) await scene.play(worker.connect());
    await seconds(30);
    expect(runs().get(next.id).state).toBe('queued');
    expect(users()).toEqual([0, 0]);
    await scene.play(scene.core.queue.release());
    await seconds(3);
    expect(runs().get(next.id).state).toBe('running');
    expect(scene.core.queue.isHeld).toBe(false);
  });

  it('stops and holds at once while the store is away, and says that the hold is not stored', async () => {
    await two();
    const next = await queue('east');
    scene.access.condition = 'unreachable';
    const [held] = await scene.play(Promise.allSettled([scene.core.queue.hold(), runs().stopAll('enough')]));
    expect(held).toMatchObject({ status: 'rejected', reason: { code: 'STORE_UNAVAILABLE' } });
    await seconds(3);
    expect(users()).toEqual([0, 0]);
    scene.access.condition = 'fine';
    await seconds(10);
    expect(runs().get(next.id).state).toBe('queued');
  });
});
