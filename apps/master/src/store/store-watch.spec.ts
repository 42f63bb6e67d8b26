import { LoadstarError, VirtualClock } from '@loadstar/shared';
import { MortalStore } from '../testing/mortal-store.js';
import { MemoryStore } from './memory-store.js';
import { StoreWatch } from './store-watch.js';

describe('the watch over the store', () => {
  const clock = new VirtualClock();
  const mortal = new MortalStore(new MemoryStore());
  const watch = new StoreWatch(mortal.store, clock);

  it('follows a store that goes away and comes back', async () => {
    expect(await watch.isUp()).toBe(true);
    mortal.condition = 'unreachable';
    expect(await watch.isUp()).toBe(false);
    mortal.condition = 'fine';
    expect(await watch.isUp()).toBe(true);
  });

  it('takes no answer within a second for no, and asks a store that hangs once', async () => {
    let asked = 0;
    let answer = (): void => {};
    const hanging = {
      ping: () => {
        asked++;
        return new Promise<void>((resolve) => (answer = resolve));
      },
    };
    const patient = new StoreWatch(hanging, clock);
    for (let time = 0; time < 3; time++) {
      const said = patient.isUp();
      await clock.advance(1_000);
      expect(await said).toBe(false);
    }
    expect(asked).toBe(1);
    const said = patient.isUp();
    answer();
    expect(await said).toBe(true);
  });

  it('says no for a store that was never opened', async () => {
    const closed = { ping: () => Promise.reject(new LoadstarError('STORE_UNAVAILABLE', { detail: 'it is not open' })) };
    expect(await new StoreWatch(closed, clock).isUp()).toBe(false);
  });
});
