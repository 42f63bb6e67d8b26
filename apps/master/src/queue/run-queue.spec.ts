import { silentLogger, VirtualClock } from '@loadstar/shared';
import { InProcessQueue } from './in-process-queue.js';
import { describeRunQueue } from './testing/run-queue.contract.js';

describeRunQueue('in this process', () => {
  const clock = new VirtualClock();
  return Promise.resolve({
    clock,
    port: () => new InProcessQueue(clock, silentLogger),
    kill: (port) => port.close(),
    pass: (ms) => clock.advance(ms),
    until: async (holds) => {
      for (let step = 0; !holds(); step++) {
        if (step > 20_000) throw new Error('it never came true');
        await clock.advance(5);
      }
    },
    close: () => {
      expect(clock.pendingTimers).toBe(0);
      return Promise.resolve();
    },
  });
});
