import { LoadstarError } from '@loadstar/shared';
import { OffsetClock } from '../testing/offset-clock.js';
import { somePlan } from '../testing/fake-runner.js';
import { bundleOf, Scene, type SceneWorker } from '../testing/scene.js';
import { bundle, plan, startRun } from '../testing/some-run.js';

describe('a worker and its master', () => {
  let scene: Scene;
  beforeEach(() => {
    scene = new Scene();
    scene.startMaster();
  });
  afterEach(() => scene.end());

  it('joins, and is shown with what its beats say', async () => {
    const worker = scene.addWorker('w');
    await scene.clock.advance(1_500);
    expect(worker.agent.isJoined).toBe(true);
    expect(scene.recorder.joins).toMatchObject([{ held: undefined, again: false }]);
    expect(scene.link(worker).isUsable).toBe(true);
    expect(scene.link(worker).view()).toMatchObject({
      id: worker.agent.id,
      state: 'ready',
      cpuPercent: 12,
      engines: 1,
      users: 5,
    });
  });

  it('is shown with how far its wall clock is off, and is none the worse for it', async () => {
    scene.network.behaviour.delayMs = [5, 40];
    const hour = 3_600_000;
    const ahead = scene.addWorker('ahead', { clock: new OffsetClock(scene.clock, 7, hour) });
    const behind = scene.addWorker('behind', { clock: new OffsetClock(scene.clock, 0, -hour) });
    await scene.clock.advance(5_000);
    expect(Math.abs(scene.link(ahead).view().clockOffsetMs - hour)).toBeLessThan(40);
    expect(Math.abs(scene.link(behind).view().clockOffsetMs + hour)).toBeLessThan(40);
    expect([ahead, behind].map((worker) => scene.link(worker).isUsable)).toEqual([true, true]);
  });

  it('two of one name both live', async () => {
    scene.addWorker('same');
    scene.addWorker('same');
    await scene.clock.advance(1_000);
    expect(new Set(scene.fleet.links().map(({ id }) => id)).size).toBe(2);
  });

  it('gets the bundle only when it lacks it, whatever its size', async () => {
    const worker = scene.addWorker('w');
    await scene.clock.advance(1_000);
    const big = bundleOf(`// ${'x'.repeat(700_000)}`);
    const link = scene.link(worker);
    await scene.until(link.inspect(big));
    await scene.until(link.prepare(somePlan({ bundleHash: big.hash }), big));
    expect(worker.runner.code).toEqual([big.code, big.code]);
    expect(worker.runner.calls).toEqual(['inspect', 'prepare run1']);
  });

  it('starts all workers at one instant, though their clocks have nothing in common and the wire is slow', async () => {
    scene.network.behaviour.delayMs = [5, 40];
    const workers = [
      scene.addWorker('a', {}, 77_000_000),
      scene.addWorker('b', {}, 3),
      scene.addWorker('c', {}, 9_999),
    ];
    await scene.clock.advance(4_000);
    await startRun(scene, workers);
    const zeros = workers.map(({ runner, clock }) => (runner.zeroAtMs ?? 0) - clock.nowMs());
    // Bound of the estimate: half of the smallest round trip each, of at most 80 ms.
    expect(Math.max(...zeros) - Math.min(...zeros)).toBeLessThan(40);
    expect(workers.map(({ runner }) => runner.started?.share.index)).toEqual([0, 1, 2]);
    expect(workers[0]!.runner.started?.data).toEqual({ token: 't' });
  });

  it('puts a late joiner at the run time of the others, with the changes made so far', async () => {
    const early = scene.addWorker('early');
    await scene.clock.advance(1_000);
    await startRun(scene, [early]);
    await scene.clock.advance(20_000);
    const late = scene.addWorker('late', {}, 500);
    await scene.clock.advance(1_000);
    const link = scene.link(late);
    await scene.until(link.prepare(plan, bundle));
    const change = {
      atMs: 5_000,
      users: 20,
      spawnRate: 2,
      runTimeMs: undefined,
      userClasses: undefined,
      classWeights: undefined,
    };
    const elapsedMs = early.clock.nowMs() - (early.runner.zeroAtMs ?? 0) + 300;
    const startAtMasterMs = scene.masterClock.nowMs() + 300;
    await scene.until(
      link.start({
        runId: 'run1',
        share: { index: 1, of: 2 },
        startAtMasterMs,
        elapsedMs,
        changes: [change],
        data: undefined,
      }),
    );
    await scene.until(scene.link(early).adjust({ runId: 'run1', atMs: elapsedMs, share: { index: 0, of: 2 } }));
    const zero = (worker: SceneWorker): number => (worker.runner.zeroAtMs ?? 0) - worker.clock.nowMs();
    expect(zero(late)).toBeCloseTo(zero(early), 3);
    expect(late.runner.started?.changes).toEqual([change]);
    expect(early.runner.adjusted).toEqual([{ load: undefined, share: { index: 0, of: 2 }, atMs: elapsedMs }]);
  });

  it('stops when told, delivers the final numbers, and is ready for the next run', async () => {
    const worker = scene.addWorker('w');
    await scene.clock.advance(1_000);
    await startRun(scene, [worker]);
    await scene.clock.advance(5_500);
    expect(scene.link(worker).view().state).toBe('running');
    await scene.until(scene.link(worker).stop('run1', 500, 'asked for'));
    await scene.clock.advance(1_000);
    expect(scene.recorder.finals).toHaveLength(1);
    expect(scene.recorder.counted('run1')).toBe(worker.runner.requests);
    expect(scene.recorder.events.slice(-2)).toEqual(['w says stopping', 'w says idle']);
    await scene.until(scene.link(worker).teardown('run1'));
    await scene.until(scene.link(worker).prepare({ ...plan, runId: 'run2' }, bundle));
    expect(worker.agent.state).toBe('prepared');
  });

  it('reports a load that ends by itself', async () => {
    const worker = scene.addWorker('w');
    await scene.clock.advance(1_000);
    await startRun(scene, [worker]);
    await scene.clock.advance(3_000);
    worker.runner.end('run time over');
    await scene.clock.advance(500);
    expect(scene.recorder.finals[0]?.header.reason).toBe('run time over');
    expect(worker.agent.state).toBe('idle');
    expect(worker.runner.calls).not.toContain('stop 0');
  });

  it('answers commands that do not fit its state with an error, and stays as it is', async () => {
    const worker = scene.addWorker('w');
    await scene.clock.advance(1_000);
    const link = scene.link(worker);
    const start = { runId: 'nope', share: { index: 0, of: 1 }, startAtMasterMs: 1, elapsedMs: 0, data: undefined };
    await expect(scene.until(link.start(start))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(scene.until(link.setup('nope'))).rejects.toMatchObject({ code: 'WORKER_BUSY' });
    await startRun(scene, [worker]);
    await expect(scene.until(link.prepare({ ...plan, runId: 'other' }, bundle))).rejects.toMatchObject({
      code: 'WORKER_BUSY',
    });
    await scene.until(link.stop('unknown', 0, 'harmless'));
    expect(worker.agent.state).toBe('running');
  });

  it('repeats nothing when a command comes twice', async () => {
    scene.network.behaviour.duplicateRate = 1;
    const worker = scene.addWorker('w');
    await scene.clock.advance(1_000);
    const link = scene.link(worker);
    await scene.until(link.prepare(plan, bundle));
    await expect(scene.until(link.setup('run1'))).resolves.toEqual({ token: 't' });
    const start = { runId: 'run1', share: { index: 0, of: 1 }, elapsedMs: 0, data: undefined };
    await scene.until(link.start({ ...start, startAtMasterMs: scene.masterClock.nowMs() + 100 }));
    await scene.until(link.start({ ...start, startAtMasterMs: scene.masterClock.nowMs() + 100 }));
    expect(worker.runner.calls).toEqual(['prepare run1', 'setup', 'start']);
  });

  it('hands a scenario’s own error back, however long its text', async () => {
    const worker = scene.addWorker('w');
    worker.runner.prepareFails = new LoadstarError('SCENARIO_THREW', { detail: `shop.ts:3: ${'no'.repeat(9_000)}` });
    await scene.clock.advance(1_000);
    const prepare = scene.until(scene.link(worker).prepare(plan, bundle));
    await expect(prepare).rejects.toMatchObject({
      code: 'SCENARIO_THREW',
      details: { detail: expect.stringMatching(/^shop.ts:3: no/) },
    });
    expect(worker.agent.state).toBe('idle');
  });

  it('leaves in order: draining is told at once, the final numbers arrive, then the goodbye', async () => {
    const worker = scene.addWorker('w');
    worker.runner.endsInMs = 300;
    await scene.clock.advance(1_000);
    await startRun(scene, [worker]);
    await scene.clock.advance(4_500);
    const left = worker.agent.leave('SIGTERM');
    await scene.clock.advance(100);
    expect(scene.recorder.events.at(-1)).toBe('w says draining');
    expect(scene.link(worker).isUsable).toBe(false);
    await scene.until(left, 10_000);
    expect(scene.recorder.events.at(-1)).toBe('w left');
    expect(scene.recorder.counted('run1')).toBe(worker.runner.requests);
    expect(scene.fleet.links()).toEqual([]);
    await expect(worker.agent.ended).resolves.toBeUndefined();
  });

  it.each([
    ['token', { joinToken: 'wrong' }, 'JOIN_TOKEN_WRONG'],
    ['name', { name: 'no spaces allowed' }, 'MALFORMED_MESSAGE'],
  ])('gives up when its %s is refused, and says why', async (_what, options, code) => {
    const { agent } = scene.addWorker('w', options);
    const error = await scene.until(agent.ended);
    expect(error?.code).toBe(code);
    expect(scene.fleet.links()).toEqual([]);
  });

  it('sends a snapshot again that the master could not take now, and drops one it will never take', async () => {
    const worker = scene.addWorker('w');
    await scene.clock.advance(1_000);
    await startRun(scene, [worker]);
    scene.recorder.refuseWith = new LoadstarError('INTERNAL');
    await scene.clock.advance(3_000);
    await scene.until(scene.link(worker).stop('run1', 0, 'done'));
    await scene.clock.advance(2_000);
    // The run is not over for the worker before its last numbers are safe.
    expect(worker.agent.state).toBe('stopping');
    scene.recorder.refuseWith = undefined;
    await scene.clock.advance(2_000);
    expect(worker.agent.state).toBe('idle');
    expect(scene.recorder.counted('run1')).toBe(worker.runner.requests);
    expect(scene.recorder.snapshots).toBeLessThan(40);
  });

  it('ships log lines, the newest 500 of them, and says how many it left out', async () => {
    await scene.fleet.close();
    const { agent } = scene.addWorker('w');
    for (let i = 0; i < 700; i++) agent.log(`line ${i}`);
    scene.startMaster();
    await scene.clock.advance(5_000);
    expect(scene.recorder.lines[0]).toBe('(200 lines were not sent)');
    expect(scene.recorder.lines).toHaveLength(501);
    expect(scene.recorder.lines.at(-1)).toBe('line 699');
  });
});
