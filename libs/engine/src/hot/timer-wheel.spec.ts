import fc from 'fast-check';
import { VirtualClock } from '@loadstar/shared';
import { TimerWheel } from './timer-wheel.js';

describe('TimerWheel', () => {
  it('never fires early, and at most a tick late', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.double({ min: 0, max: 5_000, noNaN: true }), { minLength: 1, maxLength: 60 }),
        fc.double({ min: 0, max: 3_000, noNaN: true }),
        async (delays, startMs) => {
          const clock = new VirtualClock(startMs);
          const wheel = new TimerWheel(clock);
          const fired: { delay: number; lateMs: number; mostMs: number }[] = [];
          for (const delay of delays) {
            const dueMs = clock.nowMs() + delay;
            // A sleep tolerates 1 % of itself, between 1 and 10 ms; rounding up to whole milliseconds adds less than one.
            const mostMs = Math.min(10, Math.max(1, delay / 100)) + 1;
            wheel.after(delay, () => fired.push({ delay, lateMs: clock.nowMs() - dueMs, mostMs }));
          }
          await clock.advance(6_000);
          expect(fired).toHaveLength(delays.length);
          for (const { lateMs, mostMs } of fired) {
            expect(lateMs).toBeGreaterThanOrEqual(-1e-6);
            expect(lateMs).toBeLessThanOrEqual(mostMs);
          }
          expect(wheel.pending).toBe(0);
          expect(clock.pendingTimers).toBe(0);
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each([
    ['a second', 1_000],
    ['a turn of the fine level', 1_024],
    ['an hour', 3_600_000],
    ['longer than both levels', 3_000_000_0],
  ])('keeps a sleep of %s', async (_what, delayMs) => {
    const clock = new VirtualClock(123.4);
    const wheel = new TimerWheel(clock);
    let done = 0;
    void wheel.sleep(delayMs).then(() => (done = clock.nowMs()));
    await clock.advance(delayMs - 1);
    expect(done).toBe(0);
    await clock.advance(12);
    expect(done).toBeGreaterThanOrEqual(123.4 + delayMs);
  });

  it('gathers wake-ups: a thousand long sleeps cost few clock timers', async () => {
    const clock = new VirtualClock();
    const wakes = jest.spyOn(clock, 'setTimeout');
    const wheel = new TimerWheel(clock);
    let fired = 0;
    for (let i = 0; i < 1_000; i++) wheel.after(2_000 + (i % 100), () => fired++);
    await clock.advance(3_000);
    expect(fired).toBe(1_000);
    expect(wheel.tickMs).toBe(10);
    expect(wakes.mock.calls.length).toBeLessThan(30);
  });

  it('shortens its tick while a short sleep is pending', async () => {
    const clock = new VirtualClock();
    const wheel = new TimerWheel(clock);
    wheel.after(5_000, () => {});
    expect(wheel.tickMs).toBe(10);
    const short = wheel.after(250, () => {});
    expect(wheel.tickMs).toBe(2);
    short.cancel();
    expect(wheel.tickMs).toBe(10);
  });

  it('forgets what is cancelled, before and while firing', async () => {
    const clock = new VirtualClock();
    const wheel = new TimerWheel(clock);
    const fired: string[] = [];
    const gone = wheel.after(10, () => fired.push('gone'));
    gone.cancel();
    gone.cancel();
    wheel.after(20, () => {
      fired.push('first');
      second.cancel();
    });
    const second = wheel.after(20, () => fired.push('second'));
    const last = wheel.after(20, () => fired.push('last'));
    await clock.advance(100);
    last.cancel();
    expect(fired).toEqual(['first', 'last']);
    expect(wheel.pending).toBe(0);
  });

  it('does not let timers of no delay keep it from the others', async () => {
    const clock = new VirtualClock();
    const wheel = new TimerWheel(clock);
    let rounds = 0;
    const again = (): void => {
      rounds++;
      wheel.after(0, again);
    };
    again();
    let other = false;
    wheel.after(50, () => (other = true));
    await clock.advance(100);
    expect(other).toBe(true);
    expect(rounds).toBeGreaterThan(50);
    expect(rounds).toBeLessThan(110);
    wheel.close();
    expect(clock.pendingTimers).toBe(0);
  });

  it('starts again after having been empty for long', async () => {
    const clock = new VirtualClock();
    const wheel = new TimerWheel(clock);
    const times: number[] = [];
    wheel.after(5, () => times.push(clock.nowMs()));
    await clock.advance(100_000);
    wheel.after(700, () => times.push(clock.nowMs()));
    wheel.after(1_500, () => times.push(clock.nowMs()));
    await clock.advance(100_000);
    expect(times).toEqual([5, 100_702, 101_503].map((ms) => expect.closeTo(ms, -1)));
  });

  it('adds from within a callback, also when that empties the wheel', async () => {
    const clock = new VirtualClock();
    const wheel = new TimerWheel(clock);
    const times: number[] = [];
    wheel.after(1_023, () => {
      times.push(clock.nowMs());
      wheel.after(1, () => times.push(clock.nowMs()));
      wheel.after(2_000, () => times.push(clock.nowMs()));
    });
    await clock.advance(10_000);
    expect(times).toHaveLength(3);
    expect(times[1]).toBeGreaterThanOrEqual((times[0] as number) + 1);
    expect(times[2]).toBeGreaterThanOrEqual((times[0] as number) + 2_000);
    expect(times[2]).toBeLessThan((times[0] as number) + 2_012);
  });
});
