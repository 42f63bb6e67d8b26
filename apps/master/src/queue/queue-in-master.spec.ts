/** The queue with the real control plane: records, coordinator, fleet, and workers over the control channel. */
import type { CreateRunBody } from '@loadstar/shared';
import { Scene } from '../testing/scene.js';

describe('queued runs in the master', () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await Scene.open();
  });
  afterEach(() => scene.close());

  const queue = (body: CreateRunBody = {}, owner = 'anna') =>
    scene.play(scene.core.queue.enqueue({ users: 10, spawnRate: 10, runTimeSeconds: 5, queue: {}, ...body }, owner));
  const stateOf = (id: string) => scene.core.runs.get(id).state;
  /** Lets seconds pass in small steps with real turns between, as file access needs. */
  const seconds = (count: number) =>
    scene.play(new Promise<void>((resolve) => scene.clock.setTimeout(resolve, count * 1_000)));

  it('wait for a worker, begin by themselves and end one after the other', async () => {
    const first = await queue();
    const second = await queue({ queue: { priority: 5 } });
    expect(first).toMatchObject({ state: 'queued', queue: { owner: 'anna', position: 1, priority: 0 } });
    expect(scene.core.queue.view().waiting.map(({ id }) => id)).toEqual([second.id, first.id]);
    expect(scene.core.runs.current()).toBeNull();
    const worker = await scene.worker('w1');
    await seconds(3);
    expect([stateOf(second.id), stateOf(first.id)]).toEqual(['running', 'queued']);
    await seconds(30);
    expect(scene.core.runs.list().map(({ state, verdict }) => `${state} ${verdict}`)).toEqual([
      'finished passed',
      'finished passed',
    ]);
    expect(worker.commands.filter((name) => name === 'start')).toHaveLength(2);
    expect(scene.core.queue.view()).toMatchObject({ waiting: [], active: [] });
  });

  it('have the whole fleet, also when its workers end the run before one by one', async () => {
    const workers = [await scene.worker('w1'), await scene.worker('w2'), await scene.worker('w3')];
    for (let count = 0; count < 4; count++) await queue({ users: 9 });
    await seconds(2);
    for (let count = 0; count < 4; count++) {
      expect(workers.map(({ users }) => users)).toEqual([3, 3, 3]);
      expect(scene.core.queue.view().active).toHaveLength(1);
      while (scene.core.queue.view().active.length > 0 && workers.some(({ users }) => users > 0)) await seconds(0.1);
      await seconds(2);
    }
    expect(scene.core.runs.list().map(({ state }) => state)).toEqual(['finished', 'finished', 'finished', 'finished']);
  });

  it('run side by side on workers of different labels', async () => {
    await scene.worker('east', { labels: { zone: 'east' } });
    await scene.worker('west', { labels: { zone: 'west' } });
    const runs = [
      await queue({ queue: { labels: { zone: 'east' } } }),
      await queue({ queue: { labels: { zone: 'west' } } }),
      await queue({ queue: { labels: { zone: 'east' } } }),
    ];
    await seconds(2);
    expect(runs.map(({ id }) => stateOf(id))).toEqual(['running', 'running', 'queued']);
    expect(scene.core.queue.view().active).toHaveLength(2);
    await seconds(30);
    expect(runs.map(({ id }) => stateOf(id))).toEqual(['finished', 'finished', 'finished']);
  });

  it('leave the queue when they are stopped, and never begin', async () => {
    const run = await queue();
    expect((await scene.play(scene.core.runs.stop(run.id, 'not needed'))).state).toBe('aborted');
    const worker = await scene.worker('w1');
    await seconds(5);
    expect(worker.commands).not.toContain('start');
    expect(scene.core.queue.view().waiting).toEqual([]);
  });

  it('keep their workers until enough are there', async () => {
    const run = await queue({ queue: { minWorkers: 2 } });
    expect(scene.core.queue.desired()).toMatchObject({ desired: 2, present: 0 });
    await scene.worker('w1');
    await seconds(3);
    expect(stateOf(run.id)).toBe('queued');
    await scene.worker('w2');
    await seconds(3);
    expect(stateOf(run.id)).toBe('running');
    expect(scene.workers.map((worker) => worker.users)).toEqual([5, 5]);
  });

  it('refuse what is wrong at once, and fail what only a worker can tell is wrong', async () => {
    await expect(queue({ users: 1e9 })).rejects.toMatchObject({ code: 'USER_CEILING' });
    await expect(queue({ scenario: 'no.ts' })).rejects.toMatchObject({ code: 'SCENARIO_NOT_FOUND' });
    expect(scene.core.runs.list()).toEqual([]);
    const run = await queue({ userClasses: ['Nobody'] });
    await scene.worker('w1');
    await seconds(3);
    expect(scene.core.runs.get(run.id)).toMatchObject({ state: 'failed', reason: expect.stringMatching('Nobody') });
  });
});
