// Numbers that have no place: what a master does not know it must not confirm, because its sender then forgets them.
import { encodeSnapshot, mergeHealth, RunStats, type SnapshotHeader } from '@loadstar/stats';
import { Scene } from '../testing/scene.js';

describe('numbers of runs that nobody drives', () => {
  let scene: Scene;
  beforeEach(async () => {
    scene = await Scene.open();
  });
  afterEach(() => scene.close());

  const told = (runId: string, incarnation: string, seq: number): Uint8Array => {
    const header: SnapshotHeader = {
      runId,
      worker: 'a',
      incarnation,
      seq,
      elapsedMs: 1_000,
      phase: 'done',
      final: true,
      reason: undefined,
      users: 0,
      targetUsers: 0,
      spawnRate: 0,
      usersByClass: {},
      health: mergeHealth([]),
    };
    return encodeSnapshot(header, new RunStats());
  };

  it('are refused when the run is unknown, and counted', async () => {
    const a = await scene.worker('a');
    const answer = await scene.play(a.snapshot(told('nowhere', a.incarnation, 1), 1));
    expect(answer).toMatchObject({ problem: { code: 'NOT_FOUND' } });
    expect(scene.core.runs.discarded()).toEqual({ 'unknown-run': 1 });
  });

  it('are refused when their worker was never in the run, and confirmed when they were told before', async () => {
    const a = await scene.worker('a');
    const run = await scene.create({ runTimeSeconds: 3 });
    await scene.seconds(6);
    expect(scene.state).toBe('finished');
    const stranger = await scene.worker('b');
    scene.killMaster();
    await scene.startMaster();
    for (const worker of [a, stranger]) await scene.play(worker.connect());
    const before = scene.core.runs.list();
    const again = await scene.play(a.snapshot(told(run.id, a.incarnation, 2), 2));
    expect(again).toEqual({ seq: 2 });
    const refused = await scene.play(stranger.snapshot(told(run.id, stranger.incarnation, 9), 9));
    expect(refused).toMatchObject({ problem: { code: 'NOT_FOUND' } });
    expect(scene.core.runs.discarded()).toEqual({ 'told-before': 1, 'unknown-worker': 1 });
    expect(scene.core.runs.list()).toEqual(before);
  });
});
