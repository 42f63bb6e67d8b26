import { VirtualClock } from '@loadstar/shared';
import { TokenBucket } from './token-bucket.js';

it('lets its rate through over any time, a burst at once, and refuses the rest', async () => {
  const clock = new VirtualClock();
  const bucket = new TokenBucket(clock, 400, 40);
  const taken = (): number => Array.from({ length: 1_000 }, () => bucket.take()).filter(Boolean).length;
  expect(taken()).toBe(40);
  expect(taken()).toBe(0);
  await clock.advance(50);
  expect(taken()).toBe(20);
  await clock.advance(60_000);
  expect(taken()).toBe(40);
});
