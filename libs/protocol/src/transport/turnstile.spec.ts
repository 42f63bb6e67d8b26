import { VirtualClock } from '@loadstar/shared';
import { Turnstile } from './turnstile.js';

const never = (): boolean => false;

describe('the turnstile', () => {
  it('lets somebody who comes alone, and a small fleet, in at once', () => {
    const turnstile = new Turnstile(new VirtualClock());
    let inside = 0;
    for (let k = 0; k < 10; k++) turnstile.pass(() => inside++, never);
    expect(inside).toBe(10);
  });

  it('lets a thousand in, ten in 20 ms', async () => {
    const clock = new VirtualClock();
    const turnstile = new Turnstile(clock);
    const inside: number[] = [];
    for (let k = 0; k < 1_000; k++) turnstile.pass(() => inside.push(k), never);
    for (let passedMs = 0; passedMs < 2_000; passedMs += 20) {
      expect(inside).toHaveLength(10 + passedMs / 2);
      await clock.advance(20);
    }
    expect(inside.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 1_000 }, (_, k) => k));
  });

  it('goes on with a fleet whose patience is shorter than the queue', async () => {
    const clock = new VirtualClock();
    const turnstile = new Turnstile(clock);
    const inside = new Set<number>();
    const dial = (k: number): void => {
      const untilMs = clock.nowMs() + 1_000;
      turnstile.pass(
        () => inside.add(k),
        () => clock.nowMs() > untilMs,
      );
      clock.setTimeout(() => inside.has(k) || dial(k), 1_001);
    };
    for (let k = 0; k < 2_000; k++) dial(k);
    await clock.advance(4_500);
    expect(inside.size).toBe(2_000);
  });

  it('is free again when the storm is over', async () => {
    const clock = new VirtualClock();
    const turnstile = new Turnstile(clock);
    for (let k = 0; k < 100; k++) turnstile.pass(() => {}, never);
    await clock.advance(1_000);
    let isIn = false;
    turnstile.pass(() => (isIn = true), never);
    expect(isIn).toBe(true);
  });
});
