import { LoadstarError, type Share, type ShapeLoad, type UsersLoad } from '@loadstar/shared';
import type { ClassSelection, Executor, ExecutorContext, ExecutorLoad, LoadTarget, ShapeAim } from './executor.js';
import { createExecutor } from './registry.js';

class RecordedTarget implements LoadTarget {
  users = 0;
  readonly selections: ClassSelection[] = [];
  share: Share | undefined;

  setUsers(count: number): void {
    this.users = count;
  }

  limitIterations(): void {}

  setShare(share: Share): void {
    this.share = share;
  }

  select(selection: ClassSelection): void {
    this.selections.push(selection);
  }
}

function executorFor(
  load: ExecutorLoad,
  options: Partial<ExecutorContext> & { tick?: (second: number) => ShapeAim | null } = {},
): { executor: Executor; target: RecordedTarget } {
  const target = new RecordedTarget();
  const executor = createExecutor(load, {
    share: { index: 0, of: 1 },
    startMs: 0,
    maxUsers: 10_000,
    target,
    arrivals: { arrive: () => {}, drop: () => {}, setShare: () => {} },
    seed: 'seed',
    nextTask: () => {
      throw new Error('no arrivals here');
    },
    shape: () => options.tick ?? (() => null),
    ...options,
  });
  return { executor, target };
}

describe('the users executor', () => {
  const load: UsersLoad = { kind: 'users', users: 20, spawnRate: 10, runTimeMs: 5_000 };

  it('spawns smoothly, then runs, then ends at its run time', () => {
    const { executor, target } = executorFor(load);
    executor.advance(500);
    expect(target.users).toBe(5);
    expect(executor.status).toMatchObject({ phase: 'spawning', targetUsers: 20, spawnRate: 10, ended: undefined });
    executor.advance(2_000);
    expect(executor.status).toMatchObject({ phase: 'running', ownTarget: 20 });
    executor.advance(5_000);
    expect(executor.status.ended).toBe('run time reached');
  });

  it('takes a change at its moment and counts the run time from there', () => {
    const { executor, target } = executorFor(load);
    executor.advance(3_000);
    executor.change({
      atMs: 3_000,
      users: 40,
      spawnRate: 20,
      runTimeMs: 60_000,
      userClasses: undefined,
      classWeights: { A: 2 },
    });
    executor.advance(3_500);
    expect(target.users).toBe(30);
    expect(target.selections).toEqual([expect.objectContaining({ classWeights: { A: 2 } })]);
    executor.advance(62_999);
    expect(executor.status.ended).toBeUndefined();
    executor.advance(63_000);
    expect(executor.status.ended).toBe('run time reached');
  });

  it('never exceeds the ceiling of the plan', () => {
    const { executor, target } = executorFor({ ...load, users: 1e9, spawnRate: 1e6 }, { maxUsers: 7 });
    executor.advance(4_000);
    expect(target.users).toBe(7);
  });

  it('lets a late joiner ramp up at its part of the spawn rate', () => {
    const long: UsersLoad = { ...load, users: 100, runTimeMs: undefined };
    const { executor, target } = executorFor(long, { startMs: 60_000, share: { index: 1, of: 2 } });
    executor.advance(60_050);
    expect(target.users).toBe(0);
    executor.advance(62_000);
    expect(target.users).toBe(10);
    executor.advance(70_050);
    expect(target.users).toBe(50);
    expect(executor.status.phase).toBe('running');
  });

  it('moves to a new share at its part of the rate', () => {
    const { executor, target } = executorFor({ ...load, runTimeMs: undefined });
    executor.advance(10_000);
    executor.reshare({ index: 0, of: 2 }, 10_000);
    executor.advance(10_200);
    expect(target.users).toBe(19);
    executor.advance(12_100);
    expect(target.users).toBe(10);
    expect(target.share).toEqual({ index: 0, of: 2 });
  });
});

describe('the shape executor', () => {
  const load: ShapeLoad = { kind: 'shape', shape: 'Spike', runTimeMs: undefined };

  it('asks for every whole second once, in order, also when ticks come late', () => {
    const asked: number[] = [];
    const { executor } = executorFor(load, {
      tick: (second) => {
        asked.push(second);
        return { users: 10, spawnRate: 10, userClasses: undefined };
      },
    });
    executor.advance(50);
    executor.advance(1_020);
    executor.advance(4_999);
    expect(asked).toEqual([0, 1, 2, 3, 4]);
  });

  it('comes to the same users whether asked on time or late', () => {
    const tick = (second: number): ShapeAim | null =>
      second < 20 ? { users: second < 10 ? 50 : 5, spawnRate: 7, userClasses: undefined } : null;
    const onTime = executorFor(load, { tick });
    const late = executorFor(load, { tick });
    for (let t = 0; t <= 13_000; t += 50) onTime.executor.advance(t);
    late.executor.advance(13_000);
    expect(late.target.users).toBe(onTime.target.users);
  });

  it('ends when the shape says null', () => {
    const { executor } = executorFor(load, {
      tick: (second) => (second < 2 ? { users: 1, spawnRate: 1, userClasses: undefined } : null),
    });
    executor.advance(1_950);
    expect(executor.status.ended).toBeUndefined();
    executor.advance(2_000);
    expect(executor.status.ended).toBe('the shape has ended');
  });

  it('selects user classes only when the shape changes them', () => {
    const { executor, target } = executorFor(load, {
      tick: (second) => ({ users: 1, spawnRate: 1, userClasses: second < 3 ? ['A'] : undefined }),
    });
    for (let t = 0; t < 6_000; t += 50) executor.advance(t);
    expect(target.selections.map(({ userClasses }) => userClasses)).toEqual([['A'], []]);
  });

  it.each([
    { users: Number.NaN, spawnRate: 1 },
    { users: -1, spawnRate: 1 },
    { users: 1, spawnRate: 0 },
  ])('refuses %o with the second it happened at', (aim) => {
    const { executor } = executorFor(load, { tick: () => ({ ...aim, userClasses: undefined }) });
    expect(() => executor.advance(0)).toThrow(/at second 0/);
  });
});

describe('the registry', () => {
  it('refuses a kind of load that this version does not know', () => {
    const load = { kind: 'nonsense' } as unknown as ExecutorLoad;
    expect(() => executorFor(load)).toThrow(LoadstarError);
    expect(() => executorFor(load)).toThrow(/not one of users, shape/);
  });
});
