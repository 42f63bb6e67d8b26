import { VirtualClock } from '@loadstar/shared';
import { paced } from './paced.js';

const items = Array.from({ length: 120 }, (_, index) => index);

describe('paced work', () => {
  it('begins a handful at once and all of it soon, and gives the results in order', async () => {
    const clock = new VirtualClock();
    const begun: number[] = [];
    const all = paced(clock, items, (item) => {
      begun.push(item);
      return Promise.resolve(2 * item);
    });
    expect(begun).toEqual(items.slice(0, 50));
    await clock.advance(30);
    expect(begun).toEqual(items);
    expect(await all).toEqual(items.map((item) => 2 * item));
  });

  it('begins no more when one has failed or nobody wants it any more', async () => {
    const clock = new VirtualClock();
    let begun = 0;
    const fails = paced(clock, items, (item) => {
      begun++;
      return item === 7 ? Promise.reject(new Error('seven')) : Promise.resolve(item);
    });
    fails.catch(() => {});
    await clock.advance(100);
    await expect(fails).rejects.toThrow('seven');
    expect(begun).toBe(50);
    let isWanted = true;
    const some = paced(
      clock,
      items,
      (item) => Promise.resolve(item),
      () => isWanted,
    );
    isWanted = false;
    await clock.advance(100);
    expect(await some).toHaveLength(50);
  });
});
