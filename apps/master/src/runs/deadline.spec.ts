import { VirtualClock } from '@loadstar/shared';
import { Deadline } from './deadline.js';

describe('a deadline', () => {
  it('can be moved and given up, and leaves no timer behind', async () => {
    const clock = new VirtualClock();
    const reached: number[] = [];
    const deadline = new Deadline(clock, () => reached.push(clock.nowMs()));
    deadline.set(1_000);
    deadline.set(2_000);
    await clock.advance(1_500);
    expect(reached).toEqual([]);
    await clock.advance(1_000);
    expect(reached).toEqual([2_000]);
    deadline.set(9_000);
    deadline.set(undefined);
    expect(clock.pendingTimers).toBe(0);
  });

  it('holds a year, which no single timer does', async () => {
    const clock = new VirtualClock();
    const yearMs = 366 * 24 * 3_600_000;
    let reachedMs = 0;
    new Deadline(clock, () => {
      reachedMs = clock.nowMs();
    }).set(yearMs);
    await clock.advance(yearMs - 1);
    expect(reachedMs).toBe(0);
    await clock.advance(1);
    expect(reachedMs).toBe(yearMs);
  });
});
