import { describedShop } from '../testing/scripted-worker.js';
import { Scene } from '../testing/scene.js';

let scene: Scene;
beforeEach(async () => {
  scene = await Scene.open();
});
afterEach(() => scene.close());

const withRules = (thresholds: Record<string, string[]>) => ({ description: { ...describedShop, thresholds } });
const runs = () => scene.core.runs;

describe('thresholds of a run in the master', () => {
  it('refuses a run with one that cannot be read, before anything starts', async () => {
    const worker = await scene.worker('a', withRules({ request_duration: ['p95 smaller than 3'] }));
    await expect(scene.create()).rejects.toMatchObject({ code: 'SCENARIO_INVALID' });
    expect(worker.commands).not.toContain('prepare');
    expect(scene.state).toBeUndefined();
  });

  it('tells how each stands while the run goes on, and at its end', async () => {
    await scene.worker('a', withRules({ request_duration: ['p95<100', 'p95<1 over 2s'], checks: ['rate>0.9'] }));
    const run = await scene.create({ runTimeSeconds: 10 });
    await scene.seconds(6);
    expect(runs().get(run.id).thresholds).toMatchObject([
      { expression: 'p95<100', state: 'passing', value: 5, limit: 100, margin: 0.95, reason: null },
      { expression: 'p95<1 over 2s', state: 'failing', margin: -4 },
      { expression: 'rate>0.9', state: 'no data', value: null, sinceSeconds: 0 },
    ]);
    expect(runs().current()?.thresholds).toHaveLength(3);
    await scene.seconds(8);
    const ended = runs().get(run.id);
    expect(ended).toMatchObject({ state: 'finished', verdict: 'failed' });
    expect(ended.thresholds?.map(({ state }) => state)).toEqual(['passing', 'failing', 'no data']);
    expect(ended.verdictReasons.join()).toMatch(/p95<1 over 2s: \d+ of \d+ windows.*checks rate>0.9: no data/);
    expect(runs().list()[0]).not.toHaveProperty('thresholds');
  });

  it('ends the run that a threshold with abortOnFail asks to end, not before its delay', async () => {
    await scene.worker('a', withRules({ request_duration: ['p95<1 or abort after 5s'] }));
    const run = await scene.create({ runTimeSeconds: 60 });
    await scene.seconds(4);
    expect(scene.state).not.toBe('finished');
    await scene.seconds(6);
    expect(runs().get(run.id)).toMatchObject({ state: 'finished', verdict: 'failed' });
    expect(runs().get(run.id).reason).toMatch(/^threshold request_duration p95<1 or abort after 5s: 5 is not < 1$/);
    expect(runs().get(run.id).verdictReasons.at(-1)).toMatch(/was ended after \d+s by a threshold with abortOnFail/);
  });

  it('remembers over a restart what windows had shown, and what was counted', async () => {
    const rules = { request_duration: ['p95<1 over 2s'], requests: ['count>100'] };
    const worker = await scene.worker('a', withRules(rules));
    const run = await scene.create({ runTimeSeconds: 40 });
    await scene.seconds(10);
    const before = runs().get(run.id).thresholds;
    scene.killMaster();
    await scene.seconds(2);
    await scene.startMaster();
    await scene.play(worker.connect());
    await scene.seconds(3);
    const after = runs().get(run.id).thresholds;
    expect(before?.[0]).toMatchObject({ state: 'failing' });
    expect(after?.[0]).toMatchObject({ state: 'failing', sinceSeconds: before?.[0]?.sinceSeconds });
    expect(after?.[1]).toMatchObject({ state: 'passing' });
    await scene.seconds(40);
    expect(runs().get(run.id)).toMatchObject({ state: 'finished', verdict: 'failed' });
    expect(runs().details(run.id).slices?.names[0]?.cells.length).toBeGreaterThan(30);
  });

  it('compares with a baseline by name, and holds rules to it', async () => {
    await scene.worker('a', withRules({ request_duration: ['p95<baseline*1.1'] }));
    const missing = await scene.create({ runTimeSeconds: 30 });
    await scene.seconds(40);
    expect(runs().get(missing.id)).toMatchObject({ verdict: 'failed' });
    expect(runs().get(missing.id).verdictReasons[0]).toMatch(/no baseline/);
    await scene.play(runs().baselines.put('main', missing.id));
    expect(
      runs()
        .baselines.list()
        .map(({ id, baselineName }) => [id, baselineName]),
    ).toEqual([[missing.id, 'main']]);
    await expect(scene.create({ baseline: 'nowhere' })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    const run = await scene.create({ runTimeSeconds: 30, baseline: 'main' });
    await scene.seconds(40);
    expect(runs().get(run.id)).toMatchObject({ state: 'finished', verdict: 'passed' });
    expect(runs().summary(run.id).comparison).toMatchObject({ baseline: 'main', verdict: 'no change' });
    await scene.play(runs().baselines.put('main', run.id));
    expect(runs().get(missing.id).baselineName).toBeNull();
    await scene.play(runs().baselines.remove('main'));
    expect(runs().baselines.list()).toEqual([]);
  });
});
