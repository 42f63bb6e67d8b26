// What holds between a worker and its master while one of them, or the wire, is not well.
import { type Clock, LoadstarError, type TimerHandle } from '@loadstar/shared';
import { OffsetClock } from '../testing/offset-clock.js';
import { Scene } from '../testing/scene.js';
import { bundle, plan, startRun } from '../testing/some-run.js';
import type { KeptNumbers, NumbersKeep } from './numbers-keep.js';

/** The clock of a process that can be stopped: time passes, but its timers come late. */
class StoppableClock extends OffsetClock {
  private stopped = false;
  private late: (() => void)[] = [];

  constructor(base: Clock) {
    super(base, 0);
  }

  stop(): void {
    this.stopped = true;
  }

  goOn(): void {
    this.stopped = false;
    for (const callback of this.late.splice(0)) callback();
  }

  override setTimeout(callback: () => void, delayMs: number): TimerHandle {
    return super.setTimeout(() => {
      if (this.stopped) this.late.push(callback);
      else callback();
    }, delayMs);
  }
}

/** A keep in memory, which outlives agents as a disk does. */
function keepIn(files: Map<string, KeptNumbers>, aside: string[] = []): NumbersKeep {
  const drop = (runId: string): void => void files.delete(runId);
  const putAside = (runId: string): void => void (files.delete(runId) && aside.push(runId));
  return {
    keep: (header, stats, key) => {
      const { runId } = header;
      files.set(runId, { header, stats, key, drop: () => drop(runId), putAside: () => putAside(runId) });
      return true;
    },
    drop,
    putAside,
    leftBehind: () => [...files.values()],
  };
}

describe('a worker and its master in trouble', () => {
  let scene: Scene;
  beforeEach(() => {
    scene = new Scene();
    scene.startMaster();
  });
  afterEach(() => scene.end());

  it('a cut of 8 s and one of 20 s: suspect, lost only in the second, healed; load unbroken, numbers exact', async () => {
    for (const [cutMs, expected] of [
      [8_000, ['suspect', 'live']],
      [20_000, ['suspect', 'lost', 'live']],
    ] as const) {
      const local = new Scene(cutMs);
      local.startMaster();
      const worker = local.addWorker('w');
      await local.clock.advance(1_000);
      await startRun(local, [worker]);
      await local.clock.advance(5_000);
      Object.assign(local.network.behaviour, { cutToMaster: true, cutToWorker: true });
      await local.clock.advance(cutMs);
      Object.assign(local.network.behaviour, { cutToMaster: false, cutToWorker: false });
      await local.clock.advance(3_000);
      const leases = local.recorder.events.filter((event) => /^w (suspect|lost|live)$/.test(event));
      expect(leases.map((event) => event.slice(2))).toEqual(expected);
      expect(worker.runner.isLoading).toBe(true);
      expect(local.recorder.joins.at(-1)).toMatchObject({
        again: true,
        held: { runId: 'run1', state: 'running', share: { index: 0, of: 1 } },
      });
      await local.until(local.link(worker).stop('run1', 0, 'done'));
      await local.clock.advance(2_000);
      expect(local.recorder.counted('run1')).toBe(worker.runner.requests);
      await local.end();
    }
  });

  it('fenced, it begins nothing from 8 s after its last confirmed beat on, and not again before it is told a share', async () => {
    for (const [cutMs, lost] of [
      [9_000, false],
      [20_000, true],
    ] as const) {
      const local = new Scene(cutMs);
      local.startMaster();
      const worker = local.addWorker('w');
      await local.clock.advance(1_000);
      await startRun(local, [worker], true);
      await local.clock.advance(5_000);
      Object.assign(local.network.behaviour, { cutToMaster: true, cutToWorker: true });
      await local.clock.advance(6_900);
      expect(worker.runner.mayBegin).toBe(true);
      await local.clock.advance(1_150);
      expect(worker.runner.mayBegin).toBe(false);
      // The master has not given it up yet: nobody else can have its share while it may still begin something.
      expect(local.link(worker).leaseState).toBe('suspect');
      await local.clock.advance(cutMs - 8_050);
      Object.assign(local.network.behaviour, { cutToMaster: false, cutToWorker: false });
      await local.clock.advance(6_000);
      expect(local.recorder.events.includes('w lost')).toBe(lost);
      expect(worker.runner.mayBegin).toBe(!lost);
      if (!lost) {
        await local.end();
        continue;
      }
      const atMs = 40_000;
      await local.until(local.link(worker).adjust({ runId: 'run1', atMs, share: { index: 1, of: 2 } }));
      const heldMs = atMs - (local.clock.nowMs() - (worker.runner.zeroAtMs ?? 0));
      await local.clock.advance(heldMs - 100);
      expect(worker.runner.mayBegin).toBe(false);
      await local.clock.advance(1_500);
      expect(worker.runner.mayBegin).toBe(true);
      await local.end();
    }
  });

  it('a master that stood still loses nobody by it', async () => {
    const stopped = new StoppableClock(scene.clock);
    await scene.fleet.close();
    scene.startMaster(stopped);
    const worker = scene.addWorker('w');
    await scene.clock.advance(5_000);
    stopped.stop();
    scene.network.behaviour.cutToMaster = true;
    await scene.clock.advance(9_000);
    scene.network.behaviour.cutToMaster = false;
    stopped.goOn();
    await scene.clock.advance(3_000);
    expect(scene.recorder.events).not.toContain('w lost');
    expect(scene.recorder.events).not.toContain('w suspect');
    expect(scene.link(worker).isUsable).toBe(true);
  });

  it('a worker that is gone is found as much later as the master stood still, and no more', async () => {
    const [master, gone] = [new StoppableClock(scene.clock), new StoppableClock(scene.clock)];
    await scene.fleet.close();
    scene.startMaster(master);
    // Beats come late in the second between two looks, so that the stall begins long after a look and right after a beat.
    await scene.clock.advance(800);
    const worker = scene.addWorker('w', { clock: gone });
    scene.addWorker('v');
    await scene.clock.advance(3_150);
    gone.stop();
    await scene.clock.advance(2_000);
    master.stop();
    scene.network.behaviour.cutToMaster = true;
    await scene.clock.advance(3_000);
    scene.network.behaviour.cutToMaster = false;
    const { lease } = scene.link(worker);
    const { heardMs } = lease;
    master.goOn();
    while (lease.state !== 'lost') await scene.clock.advance(1);
    expect(Math.abs(master.nowMs() - heardMs - 13_000)).toBeLessThan(150);
  });

  it('an idle worker that is gone is suspect 3 s and lost 10 s after its last word, and looked at once a second before', async () => {
    const planned = jest.spyOn(scene.masterClock, 'setTimeout');
    const worker = scene.addWorker('w');
    await scene.clock.advance(61_000);
    expect(planned.mock.calls.length).toBeLessThanOrEqual(63);
    scene.network.behaviour.cutToMaster = true;
    const { lease } = scene.link(worker);
    const heardMs = (): number => scene.masterClock.nowMs() - lease.heardMs;
    while (lease.state === 'live') await scene.clock.advance(1);
    expect(heardMs()).toBeCloseTo(3_000, -1);
    while (lease.state === 'suspect') await scene.clock.advance(1);
    expect(heardMs()).toBeCloseTo(10_000, -1);
  });

  it('a worker without load has nothing to do but to beat', async () => {
    const worker = scene.addWorker('w');
    const other = scene.addWorker('v');
    await scene.clock.advance(10_000);
    // A beat each, and the master’s next look.
    expect(scene.clock.pendingTimers).toBe(3);
    await startRun(scene, [worker, other]);
    await scene.clock.advance(2_000);
    expect(scene.clock.pendingTimers).toBeGreaterThan(5);
    for (const each of [worker, other]) await scene.until(scene.link(each).stop('run1', 500, 'enough'));
    await scene.clock.advance(10_000);
    expect(scene.clock.pendingTimers).toBe(3);
  });

  it('a new master finds the run, its share and all its numbers again, and can stop it', async () => {
    const worker = scene.addWorker('w');
    await scene.clock.advance(1_000);
    await startRun(scene, [worker]);
    await scene.clock.advance(5_000);
    const before = scene.recorder.counted('run1');
    await scene.fleet.close();
    await scene.clock.advance(5_000);
    scene.startMaster(new OffsetClock(scene.clock, -500));
    await scene.clock.advance(3_000);
    expect(scene.recorder.joins).toMatchObject([{ again: false, held: { runId: 'run1', share: { index: 0, of: 1 } } }]);
    expect(scene.recorder.joins[0]?.held?.elapsedMs).toBeGreaterThan(9_000);
    expect(scene.recorder.counted('run1')).toBeGreaterThanOrEqual(before + 50);
    await scene.until(scene.link(worker).stop('run1', 0, 'done'));
    await scene.clock.advance(2_000);
    expect(scene.recorder.counted('run1')).toBe(worker.runner.requests);
  });

  it('a master that was replaced gets no worker that is in a run, and any other one', async () => {
    await scene.fleet.close();
    scene.startMaster(undefined, 2);
    const [busy, free] = [scene.addWorker('busy'), scene.addWorker('free')];
    await scene.clock.advance(1_000);
    await startRun(scene, [busy]);
    await scene.clock.advance(3_000);
    await scene.fleet.close();
    scene.startMaster(undefined, 1);
    await scene.clock.advance(10_000);
    expect([busy.agent.isJoined, free.agent.isJoined]).toEqual([false, true]);
    expect(scene.recorder.snapshots).toBe(0);
    // With its load it loses the reason to be careful.
    await scene.clock.advance(70_000);
    expect(busy.agent.isJoined).toBe(true);
  });

  it('starts by the clock of the master that speaks now, not of one before', async () => {
    const worker = scene.addWorker('w');
    await scene.clock.advance(10_000);
    await scene.fleet.close();
    scene.network.behaviour.delayMs = [20, 30];
    const clock = new OffsetClock(scene.clock, -700);
    scene.startMaster(clock);
    await scene.clock.advance(4_000);
    await scene.until(scene.link(worker).prepare(plan, bundle));
    const startAtMasterMs = clock.nowMs() + 500;
    const start = { runId: 'run1', share: { index: 0, of: 1 }, startAtMasterMs, elapsedMs: 0, data: undefined };
    await scene.until(scene.link(worker).start(start));
    expect(Math.abs((worker.runner.zeroAtMs ?? 0) - (startAtMasterMs + 700))).toBeLessThan(15);
  });

  it('without a master it drains at 30 s, stops at 60 s, and keeps the last numbers for whoever comes', async () => {
    const worker = scene.addWorker('w');
    worker.runner.endsInMs = 1e9;
    await scene.clock.advance(1_000);
    await startRun(scene, [worker]);
    await scene.clock.advance(3_000);
    await scene.fleet.close();
    await scene.clock.advance(28_500);
    expect(worker.runner.isLoading).toBe(true);
    await scene.clock.advance(2_000);
    expect(worker.runner.calls).toContain('stop 30000');
    await scene.clock.advance(30_000);
    expect(worker.runner.calls).toContain('stop 0');
    await scene.clock.advance(10_000);
    expect(worker.agent.state).toBe('idle');
    scene.startMaster();
    await scene.clock.advance(4_000);
    expect(scene.recorder.finals).toHaveLength(1);
    expect(scene.recorder.counted('run1')).toBe(worker.runner.requests);
  });

  it('keeps on disk what it cannot deliver, and its next life delivers that in its name and is given no work for it', async () => {
    const files = new Map<string, KeptNumbers>();
    const keep = keepIn(files);
    const first = scene.addWorker('w', { keep });
    await scene.clock.advance(1_000);
    await startRun(scene, [first]);
    await scene.clock.advance(5_000);
    // A master that is there is told every second, and nothing is written.
    expect(files.size).toBe(0);
    await scene.fleet.close();
    await scene.clock.advance(20_000);
    expect(files.size).toBe(1);
    // The process is gone: nothing of it is ever heard again.
    scene.network.behaviour.cutToMaster = true;
    const sent = first.runner.requests;
    first.runner.end(undefined);
    void first.agent.leave('killed');
    await scene.clock.advance(15_000);
    scene.network.behaviour.cutToMaster = false;

    scene.startMaster();
    const second = scene.addWorker('w', { keep: { ...keep, keep: () => true, drop: () => {} } });
    await scene.clock.advance(4_000);
    expect(scene.recorder.counted('run1')).toBeGreaterThanOrEqual(sent);
    expect(scene.recorder.counted('run1')).toBe(first.runner.requests);
    expect(scene.recorder.finals).toMatchObject([{ header: { incarnation: first.agent.incarnation, final: true } }]);
    expect(new Set(scene.recorder.joins.map(({ held }) => held?.state))).toEqual(new Set(['draining', undefined]));
    expect(files.size).toBe(0);
    expect(scene.fleet.links().map(({ id }) => id)).toEqual([second.agent.id]);
  });

  it('ends by itself when nobody came for its numbers, if these are on disk', async () => {
    const files = new Map<string, KeptNumbers>();
    const worker = scene.addWorker('w', { keep: keepIn(files) });
    const idle = scene.addWorker('idle', { keep: keepIn(new Map()) });
    const ended: string[] = [];
    void worker.agent.ended.then((error) => ended.push(`w ${String(error)}`));
    void idle.agent.ended.then(() => ended.push('idle'));
    await scene.clock.advance(1_000);
    await startRun(scene, [worker]);
    await scene.clock.advance(3_000);
    await scene.fleet.close();
    await scene.clock.advance(29_000);
    expect(worker.runner.isLoading).toBe(true);
    await scene.clock.advance(12_000);
    // One that has nothing to lose waits for a master as long as it takes.
    expect(ended).toEqual(['w undefined']);
    expect(files.get('run1')?.header.final).toBe(true);
    expect([...(files.get('run1')?.stats.allSeries() ?? [])].map(({ requests }) => requests)).toEqual([
      worker.runner.requests,
    ]);
  });

  it('puts numbers aside that the master will never take, and forgets those that it has', async () => {
    const files = new Map<string, KeptNumbers>();
    const aside: string[] = [];
    const first = scene.addWorker('w', { keep: keepIn(files, aside) });
    await scene.clock.advance(1_000);
    await startRun(scene, [first]);
    await scene.clock.advance(2_000);
    await scene.fleet.close();
    await scene.clock.advance(45_000);
    expect(files.size).toBe(1);
    scene.startMaster();
    scene.recorder.refuseWith = new LoadstarError('NOT_FOUND', { what: 'run', id: 'run1' });
    scene.addWorker('w', { keep: { ...keepIn(files), keep: () => true } });
    await scene.clock.advance(5_000);
    expect([...files.keys()]).toEqual([]);
    expect(aside).toEqual(['run1']);
  });

  it('leaves within 10 s although iterations never end and the master never answers', async () => {
    const worker = scene.addWorker('w');
    worker.runner.endsInMs = 1e9;
    await scene.clock.advance(1_000);
    await startRun(scene, [worker]);
    scene.network.behaviour.cutToWorker = true;
    await scene.until(worker.agent.leave('SIGTERM'), 10_000);
  });

  it('waits calmly for a master that is not there yet', async () => {
    await scene.fleet.close();
    const lines: string[] = [];
    const note = (_facts: object, line: string): void => void lines.push(line);
    const { agent } = scene.addWorker('w', { logger: { debug: note, info: note, warn: note, error: note } });
    await scene.clock.advance(95_000);
    expect(lines).toHaveLength(4);
    scene.startMaster();
    await scene.clock.advance(2_500);
    expect(agent.isJoined).toBe(true);
  });

  it('dials at most once a second, also when every connection is reset at once', async () => {
    let dials = 0;
    const client = scene.network.client();
    const counting = { connect: (auth: object) => (dials++, client.connect(auth)) };
    scene.addWorker('w', { client: counting });
    for (let i = 0; i < 40; i++) {
      await scene.clock.advance(500);
      scene.network.reset();
    }
    expect(dials).toBeLessThanOrEqual(21);
    expect(dials).toBeGreaterThan(5);
  });
});

describe('numbers over a bad wire', () => {
  it.each([1, 2, 3, 4, 5])('are exact in the end, with seed %i: drops, repeats, reorders, resets', async (seed) => {
    const scene = new Scene(seed);
    scene.startMaster();
    const workers = [scene.addWorker('a'), scene.addWorker('b', {}, 1e6)];
    await scene.clock.advance(2_000);
    await startRun(scene, workers);
    const bad = { dropRate: 0.3, duplicateRate: 0.3, reorders: true, delayMs: [0, 1_500] as [number, number] };
    Object.assign(scene.network.behaviour, bad);
    for (let i = 0; i < 6; i++) {
      await scene.clock.advance(3_000);
      if (i % 2 === 0) scene.network.reset();
    }
    Object.assign(scene.network.behaviour, { dropRate: 0, duplicateRate: 0, reorders: false, delayMs: [0, 5] });
    await scene.clock.advance(10_000);
    for (const worker of workers) await scene.until(scene.link(worker).stop('run1', 0, 'done'));
    await scene.clock.advance(10_000);
    const sent = workers.reduce((sum, { runner }) => sum + runner.requests, 0);
    expect(scene.recorder.counted('run1')).toBe(sent);
    await scene.end();
    expect(scene.clock.pendingTimers).toBe(0);
  });
});
