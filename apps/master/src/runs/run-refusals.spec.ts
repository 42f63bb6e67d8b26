import { LoadstarError } from '@loadstar/shared';
import { Scene } from '../testing/scene.js';
import { describedShop } from '../testing/scripted-worker.js';

const noUsers = { users: undefined, spawnRate: undefined };
const arrivals = (rate: number) => ({ executor: 'constant-arrival-rate', rate, duration: 30, preAllocatedVUs: 5 });

describe('a run that cannot start', () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await Scene.open();
  });
  afterEach(() => scene.close());

  const nobodyStarted = (): void => {
    for (const worker of scene.workers) {
      expect(worker.commands).not.toContain('start');
      expect(worker.made.size).toBe(0);
    }
  };

  it('says that there is no worker', async () => {
    await expect(scene.create()).rejects.toMatchObject({ code: 'NO_WORKERS' });
    expect(scene.core.runs.list()).toEqual([]);
  });

  it.each([
    [{ users: -1 }, 'INVALID_INPUT'],
    [{ users: 1_000_000_000 }, 'USER_CEILING'],
    [{ ...noUsers, scenarios: { a: arrivals(101) } }, 'RATE_CEILING'],
    [{ ...noUsers, scenarios: { a: arrivals(60), b: arrivals(60) } }, 'RATE_CEILING'],
    [{ host: 'localhost:5001' }, 'INVALID_HOST'],
    [{ host: 'http://169.254.169.254' }, 'TARGET_BLOCKED'],
    [{ scenario: 'nothing.ts' }, 'SCENARIO_NOT_FOUND'],
    [{ userClasses: ['Robber'] }, 'INVALID_INPUT'],
    [{ shape: 'Spike' }, 'INVALID_INPUT'],
  ])('%j is refused as %s, and leaves no run behind', async (request, code) => {
    await scene.worker('a');
    await expect(scene.create(request)).rejects.toMatchObject({ code });
    expect(scene.core.runs.list()).toEqual([]);
    nobodyStarted();
  });

  it('starts nobody when one worker refuses, and tells its words', async () => {
    await scene.worker('a');
    await scene.worker('b', {
      prepare: () => Promise.reject(new LoadstarError('ENGINE_DIED', { detail: 'signal 9' })),
    });
    await expect(scene.create()).rejects.toMatchObject({
      code: 'PREPARE_FAILED',
      message: expect.stringContaining('signal 9'),
    });
    nobodyStarted();
    expect(scene.core.runs.current()).toMatchObject({ state: 'failed', verdict: null });
    expect(scene.workers[0]?.commands).toContain('stop');
  });

  it('starts nobody when one worker is not ready within the barrier', async () => {
    await scene.worker('a');
    await scene.worker('b', { prepare: () => new Promise(() => {}) });
    const before = scene.clock.nowMs();
    await expect(scene.create()).rejects.toMatchObject({ code: 'START_BARRIER' });
    expect(scene.clock.nowMs() - before).toBeGreaterThanOrEqual(60_000);
    nobodyStarted();
    expect(scene.state).toBe('failed');
  });

  it('starts nobody when setup fails', async () => {
    await scene.worker('a', { setup: () => Promise.reject(new LoadstarError('SETUP_FAILED', { detail: 'no login' })) });
    await scene.worker('b');
    await expect(scene.create()).rejects.toMatchObject({ code: 'SETUP_FAILED' });
    nobodyStarted();
  });

  it('starts nobody when a worker dies before the start', async () => {
    await scene.worker('a', { setup: () => new Promise((resolve) => scene.clock.setTimeout(() => resolve(1), 500)) });
    const b = await scene.worker('b');
    const created = scene.core.runs.create({});
    scene.clock.setTimeout(() => b.kill(), 300);
    await expect(scene.play(created)).rejects.toMatchObject({ code: 'PREPARE_FAILED' });
    expect(scene.made(scene.core.runs.current()?.id ?? '')).toBe(0);
    nobodyStarted();
  });

  it('ends what had begun when one worker does not take the start', async () => {
    await scene.worker('a');
    await scene.worker('b', { start: () => Promise.reject(new LoadstarError('INTERNAL')) });
    await expect(scene.create()).rejects.toMatchObject({ code: 'PREPARE_FAILED' });
    await scene.seconds(3);
    expect(scene.workers.map(({ users }) => users)).toEqual([0, 0]);
    expect(scene.state).toBe('failed');
  });

  it('can be called off while it prepares', async () => {
    await scene.worker('a', { prepare: () => new Promise(() => {}) });
    const created = scene.core.runs.create({});
    created.catch(() => {});
    const there = new Promise<void>((resolve) => {
      const look = (): void => void (scene.core.runs.current() ? resolve() : setImmediate(look));
      look();
    });
    await scene.play(there);
    await scene.play(scene.core.runs.stop(scene.core.runs.current()?.id ?? '', 'changed my mind'));
    await expect(scene.play(created)).rejects.toMatchObject({
      code: 'START_CALLED_OFF',
      message: expect.stringContaining('changed my mind'),
    });
    expect(scene.state).toBe('aborted');
    nobodyStarted();
  });

  it('refuses a second one while the first is being prepared or going', async () => {
    await scene.worker('a');
    const first = scene.core.runs.create({});
    await expect(scene.core.runs.create({})).rejects.toMatchObject({ code: 'RUN_ACTIVE' });
    await scene.play(first);
    await expect(scene.core.runs.create({})).rejects.toMatchObject({ code: 'RUN_ACTIVE' });
    await expect(scene.core.runs.remove((await first).id)).rejects.toMatchObject({ code: 'RUN_ACTIVE' });
  });

  it('can be followed by one that does', async () => {
    let fails = true;
    await scene.worker('a', {
      prepare: () => (fails ? Promise.reject(new LoadstarError('INTERNAL')) : Promise.resolve(describedShop)),
    });
    await expect(scene.create()).rejects.toMatchObject({ code: 'PREPARE_FAILED' });
    fails = false;
    expect((await scene.create()).state).toBe('spawning');
  });
});
