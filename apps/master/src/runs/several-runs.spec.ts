import { LoadstarError } from '@loadstar/shared';
import { Scene } from '../testing/scene.js';

describe('several runs at once', () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await Scene.open();
  });
  afterEach(() => scene.close());

  const placed = (zone: string, workers?: number) => ({ labels: { zone }, workers });
  const users = (): number[] => scene.workers.map((worker) => worker.users);
  const enqueue = async (zone: string, workers?: number): Promise<string> =>
    (await scene.play(scene.core.runs.enqueue({ users: 10, spawnRate: 10 }, placed(zone, workers)))).id;

  it('run on workers that they do not share, each with its own numbers and its own end', async () => {
    await scene.worker('a', { labels: { zone: 'east' } });
    await scene.worker('b', { labels: { zone: 'west' } });
    const [east, west] = [await enqueue('east'), await enqueue('west')];
    await scene.play(Promise.all([scene.core.runs.begin(east), scene.core.runs.begin(west)]));
    await scene.seconds(3);
    expect(users()).toEqual([10, 10]);
    expect(scene.core.runs.list().map(({ state }) => state)).toEqual(['running', 'running']);
    await scene.play(scene.core.runs.stop(east, 'asked for'));
    await scene.seconds(2);
    expect(scene.core.runs.get(east)).toMatchObject({ state: 'finished', verdict: 'passed' });
    expect(scene.core.runs.get(west).state).toBe('running');
    expect(users()).toEqual([0, 10]);
    expect(scene.core.runs.current()?.id).toBe(west);
    expect(scene.core.runs.summary(east).total.requests).toBe(scene.made(east));
    expect(scene.core.runs.stats(west).total.requests).toBe(scene.made(west));
  });

  it('leave a queued run waiting while nobody fits it, and start it once when it is begun twice', async () => {
    const [a] = [await scene.worker('a', { labels: { zone: 'east' } })];
    const west = await enqueue('west');
    expect(scene.core.runs.current()).toBeNull();
    await expect(scene.play(scene.core.runs.begin(west))).rejects.toMatchObject({ code: 'NO_WORKERS' });
    expect(scene.core.runs.get(west).state).toBe('queued');
    const b = await scene.worker('b', { labels: { zone: 'west' } });
    const ended = scene.core.runs.ended(west);
    await scene.play(Promise.all([scene.core.runs.begin(west), scene.core.runs.begin(west)]));
    await scene.play(scene.core.runs.begin(west));
    expect(b.commands.filter((name) => name === 'start')).toHaveLength(1);
    expect(a.commands).not.toContain('start');
    await scene.seconds(2);
    await scene.play(scene.core.runs.stop(west, 'asked for'));
    expect((await scene.play(ended)).state).toBe('finished');
    expect((await scene.play(scene.core.runs.begin(west))).state).toBe('finished');
  });

  it('take no more workers than they are given, and hand newcomers to the oldest that has room', async () => {
    for (const name of ['a', 'b', 'c']) await scene.worker(name, { labels: { zone: 'east' } });
    const [first, second] = [await enqueue('east', 1), await enqueue('east', 3)];
    await scene.play(scene.core.runs.begin(first));
    expect(scene.core.runs.freeWorkers(placed('east', 3)).map(({ name }) => name)).toEqual(['b', 'c']);
    await scene.play(scene.core.runs.begin(second));
    await scene.worker('d', { labels: { zone: 'east' } });
    await scene.worker('e', { labels: { zone: 'east' } });
    await scene.seconds(2);
    expect(users()).toEqual([10, 4, 3, 3, 0]);
  });

  it('call a queued run off without touching the others', async () => {
    await scene.worker('a', { labels: { zone: 'east' } });
    const [first, second] = [await enqueue('east'), await enqueue('east')];
    await scene.play(scene.core.runs.begin(first));
    const stopped = await scene.play(scene.core.runs.stop(second, 'not wanted any more'));
    expect(stopped).toMatchObject({ state: 'aborted', reason: 'not wanted any more' });
    await expect(scene.play(scene.core.runs.create({}))).rejects.toBeInstanceOf(LoadstarError);
    await scene.seconds(2);
    expect(scene.core.runs.get(first).state).toBe('running');
  });
});
