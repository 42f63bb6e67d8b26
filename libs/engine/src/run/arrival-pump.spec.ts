import type { Clock } from '@loadstar/shared';
import type { ArrivalSource } from '../load/executors/executor.js';
import { ArrivalPump } from './arrival-pump.js';

/** A clock that jumps as that of a process which was stopped: nothing fires on the way. */
class JumpingClock implements Clock {
  now = 0;
  due: (() => void) | undefined;
  nowMs(): number {
    return this.now;
  }
  wallMs(): number {
    return this.now;
  }
  setTimeout(callback: () => void): ReturnType<Clock['setTimeout']> {
    this.due = callback;
    const handle = { cancel: () => (this.due = undefined), unref: () => handle };
    return handle;
  }
  setInterval(callback: () => void): ReturnType<Clock['setInterval']> {
    return this.setTimeout(callback);
  }
}

const every = (periodMs: number, taken: number[]): ArrivalSource =>
  ({
    timing: 'precise',
    nextMs: periodMs,
    take(elapsedMs: number, most: number) {
      let started = 0;
      for (; started < most && this.nextMs <= elapsedMs; started++) this.nextMs += periodMs;
      taken.push(started);
    },
  }) as ArrivalSource & { nextMs: number };

describe('ArrivalPump', () => {
  it('asks for the right to start before it starts what fell due while the process was stopped', () => {
    const clock = new JumpingClock();
    const order: string[] = [];
    const soon: (() => void)[] = [];
    const taken: number[] = [];
    const source = every(10, taken);
    const take = source.take.bind(source);
    source.take = (elapsedMs, most) => {
      order.push('arrivals');
      take(elapsedMs, most);
    };
    const pump = new ArrivalPump({
      clock,
      soon: (callback) => soon.push(callback),
      beforeArrivals: () => order.push('lease'),
    });
    pump.add(source, 0);
    clock.now = 60_000;
    clock.due?.();
    expect(order).toEqual(['lease', 'arrivals']);
  });

  it('lets users that have just got an answer be free before it starts what is due', async () => {
    const clock = new JumpingClock();
    const soon: (() => void)[] = [];
    const taken: number[] = [];
    let wakeUser = (): void => {};
    const answer = new Promise<void>((resolve) => (wakeUser = resolve));
    const free = answer.then(() => {}).then(() => 'free');
    let state = 'busy';
    void free.then((now) => (state = now));
    const source = every(1, taken);
    const take = source.take.bind(source);
    const seen: string[] = [];
    source.take = (elapsedMs, most) => {
      seen.push(state);
      take(elapsedMs, most);
    };
    const onPoll = (): boolean => {
      wakeUser();
      return true;
    };
    const pump = new ArrivalPump({ clock, soon: (callback) => soon.push(callback), onPoll });
    pump.add(source, 0);
    clock.now = 1;
    soon.shift()?.();
    pump.wake();
    expect(seen).toEqual([]);
    await new Promise((resolve) => setImmediate(resolve));
    expect([seen, taken]).toEqual([['free'], [1]]);
    pump.remove(source);
  });

  it('starts what is due in batches, so that answers are read in between, and catches up with all of it', () => {
    const clock = new JumpingClock();
    const soon: (() => void)[] = [];
    const taken: number[] = [];
    const pump = new ArrivalPump({ clock, soon: (callback) => soon.push(callback) });
    pump.add(every(1, taken), 0);
    clock.now = 1_000;
    (clock.due ?? soon.shift())?.();
    for (let next = soon.shift(); next && taken.reduce((sum, n) => sum + n, 0) < 1_000; next = soon.shift()) next();
    expect(taken.reduce((sum, n) => sum + n, 0)).toBe(1_000);
    expect(Math.max(...taken)).toBeLessThanOrEqual(64);
  });
});
