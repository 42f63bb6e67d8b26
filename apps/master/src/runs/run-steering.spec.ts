/** What people do to a run that goes on, and to one that is over: pause, stop in a hurry, write to it, ask what happened. */
import { Scene } from '../testing/scene.js';

describe('steering a run', () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await Scene.open();
  });
  afterEach(() => scene.close());

  const runs = () => scene.core.runs;
  const texts = (runId: string) =>
    runs()
      .events(runId)
      .map(({ text }) => text);

  it('tells every worker of a pause, also one that joins in it, and of its end', async () => {
    const a = await scene.worker('a');
    const { id } = await scene.create();
    await scene.seconds(2);
    expect((await scene.play(runs().pause(id, true))).paused).toBe(true);
    // Asked for once more it changes nothing.
    await scene.play(runs().pause(id, true));
    const b = await scene.worker('b');
    await scene.seconds(1);
    expect(a.work?.changes.map(({ paused }) => paused)).toEqual([true]);
    expect(b.work?.changes.map(({ paused }) => paused)).toEqual([true]);
    expect(runs().current()).toMatchObject({ users: 21, paused: true });
    expect((await scene.play(runs().pause(id, false))).paused).toBe(false);
    expect(b.work?.changes.map(({ paused }) => paused)).toEqual([true, false]);
    expect(b.work?.changes.at(-1)).toMatchObject({ users: 21, spawnRate: 21 });
    await scene.play(runs().stop(id, 'enough'));
    await scene.seconds(1);
    await expect(runs().pause(id, true)).rejects.toMatchObject({ code: 'RUN_NOT_ACTIVE' });
    expect(texts(id).filter((text) => text !== 'All users are there.')).toEqual([
      'Started on 1 worker.',
      'Paused.',
      'Worker b_inc00001 joined.',
      'Resumed.',
      'Ending: enough.',
      'Finished.',
    ]);
  });

  it('lets nobody raise a rate above the ceiling, which the plan carries to the workers', async () => {
    const a = await scene.worker('a');
    const open = { executor: 'constant-arrival-rate', rate: 40, duration: 60, preAllocatedVUs: 5 };
    const request = { scenario: 'shop.ts', scenarios: { a: open, b: open } };
    expect(() => runs().planned({ ...request, scenarios: { a: { ...open, rate: 101 } } })).toThrow(
      expect.objectContaining({ code: 'RATE_CEILING' }),
    );
    const { id } = await scene.play(runs().create(request));
    await scene.seconds(2);
    expect(a.work?.plan.limits).toMatchObject({ maxUsers: 1_000, maxRate: 100 });
    // What waits for its turn or a schedule is judged when it is asked for.
    const above = { ...request, scenarios: { a: open, b: { ...open, rate: 61 } } };
    await expect(scene.core.runs.check(above)).rejects.toMatchObject({ code: 'RATE_CEILING' });
    // Two at once, each of which would be right without the other.
    const raise = (name: string): Promise<unknown> => runs().adjust(id, { scenarios: [{ name, rate: 60 }] });
    const raised = await scene.play(Promise.allSettled([raise('a'), raise('b')]));
    expect(raised.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    await expect(runs().adjust(id, { scenarios: [{ name: 'b', rate: 41 }] })).rejects.toMatchObject({
      code: 'RATE_CEILING',
      details: { rate: 101, ceiling: 100 },
    });
    expect(a.work?.changes.map(({ scenarios }) => scenarios)).toEqual([[{ name: 'a', rate: 60 }]]);
  });

  it('stays paused under the next master', async () => {
    const a = await scene.worker('a');
    const { id } = await scene.create();
    await scene.seconds(2);
    await scene.play(runs().pause(id, true));
    scene.killMaster();
    await scene.startMaster();
    await scene.play(a.connect());
    await scene.seconds(2);
    expect(runs().get(id)).toMatchObject({ state: 'running', paused: true });
    expect(texts(id)).toContain('Paused.');
    await scene.play(runs().pause(id, false));
    expect(a.work?.changes.at(-1)?.paused).toBe(false);
  });

  it('tells what happened with its moment: edits, losses, resets', async () => {
    await scene.worker('a');
    const b = await scene.worker('b');
    const { id } = await scene.create();
    await scene.seconds(4);
    await scene.play(runs().adjust(id, { users: 30, runTimeSeconds: 60 }));
    runs().resetStats(id);
    await scene.seconds(2);
    b.kill();
    await scene.seconds(15);
    const events = runs().events(id);
    expect(events.map(({ kind, text }) => `${kind}: ${text}`)).toEqual([
      'phase: Started on 2 workers.',
      'phase: All users are there.',
      expect.stringMatching(/^edited: Load changed: 30 users, the end is in (1m|60s)\.$/),
      'edited: Statistics start from zero.',
      'phase: All users are there.',
      'fault: Worker b_inc00001 is not heard of.',
      expect.stringMatching(/^lost: Worker b_inc00001 was lost after/),
    ]);
    expect(events[2]?.second).toBeGreaterThan(3.5);
    expect(events[2]?.second).toBeLessThan(5);
    expect(runs().events(id, 5)).toHaveLength(2);
  });

  it('gives iterations as long as it is told, and less when told again', async () => {
    const a = await scene.worker('a');
    const { id } = await scene.create();
    await scene.seconds(2);
    const graces: number[] = [];
    a.onStop = (graceMs) => graces.push(graceMs);
    await scene.play(runs().stop(id, 'slowly', 60_000));
    await scene.play(runs().stop(id, 'now', 0));
    await scene.seconds(1);
    expect(graces).toEqual([60_000, 0]);
    expect(runs().get(id)).toMatchObject({ state: 'finished', reason: 'slowly' });
  });

  it('keeps tags, notes and totals with the run, and lets them be changed when it is over', async () => {
    await scene.worker('a');
    const { id } = await scene.create({ runTimeSeconds: 3, tags: ['nightly'], notes: 'first' });
    await scene.seconds(2);
    expect(runs().get(id).totals?.requests).toBeGreaterThan(0);
    await scene.seconds(4);
    const ended = runs().get(id);
    expect(ended).toMatchObject({ state: 'finished', tags: ['nightly'], notes: 'first' });
    expect(ended.totals).toEqual({ requests: scene.made(id), failures: 0, p95Ms: expect.any(Number) });
    await scene.play(runs().annotate(id, { tags: ['nightly', 'v2'] }));
    expect(runs().get(id)).toMatchObject({ tags: ['nightly', 'v2'], notes: 'first', state: 'finished' });
    scene.killMaster();
    await scene.startMaster();
    expect(runs().get(id)).toMatchObject({ tags: ['nightly', 'v2'], totals: ended.totals });
  });

  it('shows nobody a run that left the queue without having begun', async () => {
    await scene.worker('a');
    const shown = await scene.create({ runTimeSeconds: 2 });
    await scene.seconds(5);
    const waiting = await scene.play(runs().enqueue({ users: 3 }, undefined, { owner: 'me' }));
    await scene.play(runs().stop(waiting.id, 'changed my mind'));
    expect(runs().get(waiting.id).state).toBe('aborted');
    expect(runs().current()?.id).toBe(shown.id);
  });
});
