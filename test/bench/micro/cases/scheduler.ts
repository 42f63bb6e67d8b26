// What it costs to have users sleep and wake, and to know when the next arrival is due and which task it does.
import { type Clock, SeededRandom, type TimerHandle } from '@loadstar/shared';
import { TimerWheel } from '../../../../libs/engine/src/hot/timer-wheel.js';
import { ArrivalSequence } from '../../../../libs/engine/src/load/arrival-sequence.js';
import { RateTrack } from '../../../../libs/shared/src/load/rate-track.js';
import { TaskMix } from '../../../../libs/engine/src/load/task-mix.js';
import { type MicroCase, timed } from '../micro-case.js';

/** A clock that is moved by hand and knows one timer, which is all that a wheel asks for. */
class HandClock implements Clock {
  private ms = 0;
  private timer: { readonly dueMs: number; readonly callback: () => void } | undefined;

  nowMs(): number {
    return this.ms;
  }

  wallMs(): number {
    return this.ms;
  }

  setTimeout(callback: () => void, delayMs: number): TimerHandle {
    const timer = { dueMs: this.ms + delayMs, callback };
    this.timer = timer;
    const handle = {
      cancel: () => {
        if (this.timer === timer) this.timer = undefined;
      },
      unref: () => handle,
    };
    return handle;
  }

  setInterval(): TimerHandle {
    throw new Error('a wheel has no use for it');
  }

  /** To the timer's moment, and fires it. */
  step(): void {
    const { timer } = this;
    if (!timer) throw new Error('nothing is due');
    this.timer = undefined;
    this.ms = Math.max(this.ms, timer.dueMs);
    timer.callback();
  }
}

/** Each of `users` sleeps 1 to 5 s, wakes, and sleeps again. */
function sleeping(users: number): (count: number) => number {
  const clock = new HandClock();
  const wheel = new TimerWheel(clock);
  const random = new SeededRandom('wheel');
  const delays = Float64Array.from({ length: 4_096 }, () => random.between(1_000, 5_000));
  let woken = 0;
  const sleep = (): void => void wheel.after(delays[woken++ & 4_095] as number, sleep);
  for (let user = 0; user < users; user++) sleep();
  return (count) => {
    for (const until = woken + count; woken < until;) clock.step();
    return woken;
  };
}

function arrivals(random: SeededRandom | undefined): (count: number) => number {
  const sequence = new ArrivalSequence(new RateTrack(1_000).append(1e12, 10_000, 10_000), random);
  return (count) => {
    let sum = 0;
    for (let i = 0; i < count; i++) {
      sum += sequence.dueMs;
      sequence.next();
    }
    return sum;
  };
}

export const micro: MicroCase = {
  name: 'scheduler',
  order: 30,
  title: 'Scheduler',
  run: () => {
    const mix = new TaskMix([5, 3, 1], new SeededRandom('mix'));
    return [
      timed('sleep and wake, 1,000 users', sleeping(1_000)),
      timed('sleep and wake, 100,000 users', sleeping(100_000)),
      timed('next arrival, even', arrivals(undefined)),
      timed('next arrival, Poisson', arrivals(new SeededRandom('arrivals'))),
      timed('next task by weight', (count) => {
        let sum = 0;
        for (let i = 0; i < count; i++) sum += mix.next();
        return sum;
      }),
    ];
  },
};
