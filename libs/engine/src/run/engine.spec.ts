import { constant, HttpUser, LoadTestShape, StopUser, User } from '@loadstar/scenario';
import * as spike from '../../../../scenarios/spike-load.js';
import { planOf, usersLoad, VirtualRun } from './testing/virtual-run.js';

class Reader extends HttpUser {
  static override tasks = { list: 3, home: 1 };
  override waitTime = constant(1);

  async list(): Promise<void> {
    await this.http.get('/users');
  }

  async home(): Promise<void> {
    await this.http.get('/');
  }
}

const requests = (run: VirtualRun): number => [...run.stats.allSeries()].reduce((sum, { requests: n }) => sum + n, 0);

describe('Engine', () => {
  it('begins nothing from the end of its lease on, comes back at the spawn rate, and ends on time all the same', async () => {
    const run = new VirtualRun({ Reader }, planOf(usersLoad(20, 10, 60_000)));
    run.engine.lease(run.clock.nowMs() + 8_000);
    await run.seconds(7);
    expect(run.last.users).toBe(20);
    await run.seconds(2);
    const { started } = run.stats.iterations;
    await run.seconds(10);
    expect(run.stats.iterations.started).toBe(started);
    expect(run.last).toMatchObject({ users: 0, final: false });
    run.engine.lease(run.clock.nowMs() + 5_000);
    await run.seconds(1);
    expect(run.engine.recorder.elapsedMs()).toBeCloseTo(20_000, -2);
    const { users } = run.statuses.at(-1) ?? { users: -1 };
    expect(users).toBeGreaterThan(5);
    expect(users).toBeLessThanOrEqual(11);
    await run.seconds(2);
    expect(run.last.users).toBe(20);
    // The lease runs out again, and so does the run time.
    await run.seconds(40);
    expect(run.last).toMatchObject({ final: true, reason: 'run time reached' });
  });

  it('follows the stages of the shipped spike scenario within one tick, up and down, and ends with it', async () => {
    const run = new VirtualRun({ ...spike }, planOf({ kind: 'shape', shape: 'SpikeShape', runTimeMs: undefined }));
    // Level of the stages at whole seconds, computed apart from the engine.
    const expected = (second: number): number => {
      const stages = [
        { from: 0, users: 50, rate: 2 },
        { from: 120, users: 200, rate: 10 },
        { from: 180, users: 10, rate: 5 },
        { from: 300, users: 50, rate: 2 },
        { from: 420, users: 200, rate: 10 },
        { from: 480, users: 10, rate: 5 },
      ];
      let level = 0;
      for (const [i, { from, users, rate }] of stages.entries()) {
        const until = Math.min(second, stages[i + 1]?.from ?? 600);
        if (until <= from) break;
        const moved = rate * (until - from);
        level = level <= users ? Math.min(users, level + moved) : Math.max(users, level - moved);
      }
      return level;
    };
    await run.seconds(600);
    for (const { elapsedMs, users, phase } of run.statuses) {
      if (phase === 'stopping' || phase === 'done') continue;
      const rate = 10;
      expect(Math.abs(users - expected(elapsedMs / 1000))).toBeLessThanOrEqual((rate * 50) / 1000 + 1);
    }
    expect(run.statuses.filter(({ phase }) => phase === 'running').length).toBeGreaterThan(400);
    await run.seconds(1);
    expect(run.last).toMatchObject({ phase: 'done', final: true, users: 0, reason: 'the shape has ended' });
    expect(requests(run)).toBe(run.http.exchanges.length);
    expect(run.http.open).toBe(0);
    expect(run.clock.pendingTimers).toBe(0);
  }, 60_000);

  it('keeps the task mix and starts what it finishes', async () => {
    const run = new VirtualRun({ Reader }, planOf(usersLoad(20, 10, 60_000)));
    await run.seconds(61);
    const byName = new Map([...run.stats.allSeries()].map((series) => [series.key.name, series.requests]));
    const total = requests(run);
    expect(Math.abs(byName.get('/users')! - total * 0.75)).toBeLessThanOrEqual(1);
    expect(run.stats.iterations).toEqual({ started: total, finished: total, failed: 0, interrupted: 0 });
    expect(run.last.reason).toBe('run time reached');
  });

  it('gives several engines exactly the users of the whole between them', async () => {
    const clocked = [0, 1, 2].map(
      (index) => new VirtualRun({ Reader }, planOf(usersLoad(20, 5)), { share: { index, of: 3 } }),
    );
    await Promise.all(clocked.map((run) => run.seconds(10)));
    expect(clocked.map((run) => run.last.users)).toEqual([7, 7, 6]);
    expect(clocked.map((run) => run.last.targetUsers)).toEqual([7, 7, 6]);
  });

  it('lets iterations end after a stop, wakes those who wait, and interrupts after the grace', async () => {
    const run = new VirtualRun({ Reader }, planOf(usersLoad(10, 1000)));
    run.http.latencyMs = (_, path) => (path === '/' ? Infinity : 300);
    await run.seconds(30);
    const begun = run.http.exchanges.length;
    const stuck = run.stats.iterations.started - run.stats.iterations.finished;
    expect(stuck).toBeGreaterThan(0);
    void run.engine.stop(2_000, 'stopped');
    await run.seconds(1.9);
    expect(run.http.exchanges.length).toBe(begun);
    expect(run.last.phase).toBe('stopping');
    await run.seconds(0.2);
    expect(run.last).toMatchObject({ phase: 'done', final: true, users: 0, reason: 'stopped' });
    const { started, finished, interrupted, failed } = run.stats.iterations;
    expect(interrupted).toBeGreaterThan(0);
    expect(started).toBe(finished + interrupted + failed);
    expect(run.clock.pendingTimers).toBe(0);
  });

  it('can be stopped before it has begun', async () => {
    const run = new VirtualRun({ Reader }, planOf(usersLoad(10, 10)), { inMs: 5_000 });
    void run.engine.stop(1_000, 'stopped');
    await run.seconds(10);
    expect(run.last).toMatchObject({ phase: 'done', final: true });
    expect(run.http.exchanges).toEqual([]);
    expect(run.clock.pendingTimers).toBe(0);
  });

  it('takes a live change at its moment and changes classes without starting over', async () => {
    class Writer extends Reader {
      static override weight = 1;
    }
    const run = new VirtualRun({ Reader, Writer }, planOf(usersLoad(40, 20)));
    await run.seconds(5);
    expect(run.last.usersByClass).toEqual({ Reader: 20, Writer: 20 });
    const load = { atMs: 5_000, users: 80, spawnRate: 20, runTimeMs: undefined, userClasses: undefined };
    run.engine.adjust({ atMs: 5_000, load: { ...load, classWeights: { Reader: 3 } } });
    await run.seconds(3);
    expect(run.last).toMatchObject({ users: 80, usersByClass: { Reader: 60, Writer: 20 } });
  });

  it('gives users up and takes them over when shares change', async () => {
    const run = new VirtualRun({ Reader }, planOf(usersLoad(30, 30)));
    await run.seconds(5);
    run.engine.adjust({ atMs: 5_000, share: { index: 0, of: 2 } });
    await run.seconds(2);
    expect(run.last.users).toBe(15);
    run.engine.adjust({ atMs: 7_000, share: { index: 0, of: 1 } });
    await run.seconds(2);
    expect(run.last.users).toBe(30);
  });

  it('ends the load, visibly, when a shape throws', async () => {
    class Broken extends LoadTestShape {
      tick(elapsed: number): { users: number; spawnRate: number } {
        if (elapsed >= 3) throw new RangeError('no idea');
        return { users: 5, spawnRate: 5 };
      }
    }
    const run = new VirtualRun({ Reader, Broken }, planOf({ kind: 'shape', shape: 'Broken', runTimeMs: undefined }));
    await run.seconds(5);
    expect(run.last).toMatchObject({ final: true, reason: expect.stringContaining('no idea') as string });
    expect([...run.stats.exceptions].map(({ message }) => message)).toEqual([expect.stringContaining('no idea')]);
  });

  it('refuses a shape that the scenario does not have, before anything starts', () => {
    const plan = planOf({ kind: 'shape', shape: 'Nope', runTimeMs: undefined });
    expect(() => new VirtualRun({ Reader }, plan)).toThrow('There is no shape "Nope"');
  });

  it('publishes once a second, with growing numbers', async () => {
    const run = new VirtualRun({ Reader }, planOf(usersLoad(5, 5)));
    await run.seconds(10);
    expect(run.statuses.map(({ elapsedMs }) => elapsedMs)).toEqual(
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((s) => s * 1000),
    );
  });

  it('does not replace a user that stopped itself, nor count it', async () => {
    class Once extends User {
      static override tasks = { work: 1 };
      work(): void {
        throw new StopUser();
      }
    }
    const run = new VirtualRun({ Once }, planOf(usersLoad(5, 100)));
    await run.seconds(5);
    expect(run.last.users).toBe(0);
    expect(run.stats.iterations).toMatchObject({ started: 5, finished: 5, failed: 0 });
  });
});
