import { silentLogger, VirtualClock } from '@loadstar/shared';
import { InProcessQueue } from './in-process-queue.js';
import { describeQueuePort, NotingConsumer } from './testing/queue-port.contract.js';

describeQueuePort('the queue in this process', () => {
  const clock = new VirtualClock();
  const queue = new InProcessQueue(clock, silentLogger);
  return Promise.resolve({
    queue,
    wallMs: () => clock.wallMs(),
    pass: (ms) => clock.advance(ms),
    until: async (holds) => {
      for (let step = 0; !(await holds()); step++) {
        if (step > 1_000) throw new Error('it never came true');
        await clock.advance(10);
      }
    },
    close: () => queue.close(),
  });
});

describe('schedules in this process', () => {
  const berlin = { id: 'nightly', cron: '30 2 * * *', timeZone: 'Europe/Berlin' };
  const hourMs = 3_600_000;
  /** A clock that shows a moment, as ISO 8601. */
  const clockAt = (moment: string): VirtualClock => new VirtualClock(0, Date.parse(moment));
  const timesOf = ({ times }: NotingConsumer): string[] => times.map(({ atMs }) => new Date(atMs).toISOString());

  it('keep to the wall clock of their time zone for a year, over both changes of summer time', async () => {
    const clock = clockAt('2026-01-01T00:00:00Z');
    const queue = new InProcessQueue(clock, silentLogger);
    const consumer = new NotingConsumer();
    await queue.open(consumer);
    await queue.schedule({ ...berlin, cron: '0 6 1 * *' });
    for (let day = 0; day < 365; day++) {
      // The longest sleep is half a minute; a test need not sleep through a year of them.
      await clock.advance(24 * hourMs);
    }
    const times = timesOf(consumer);
    expect(times).toHaveLength(12);
    expect(times.map((time) => time.slice(11, 16))).toEqual([
      ...['05:00', '05:00', '05:00', '04:00', '04:00', '04:00'],
      ...['04:00', '04:00', '04:00', '04:00', '05:00', '05:00'],
    ]);
    await queue.close();
    expect(clock.pendingTimers).toBe(0);
  }, 120_000);

  it('come once on the night in which half past two happens twice, or never', async () => {
    for (const night of ['2026-10-24T12:00:00Z', '2026-03-28T12:00:00Z']) {
      const clock = clockAt(night);
      const queue = new InProcessQueue(clock, silentLogger);
      const consumer = new NotingConsumer();
      await queue.open(consumer);
      await queue.schedule(berlin);
      await clock.advance(24 * hourMs);
      expect(timesOf(consumer)).toHaveLength(1);
      await queue.close();
    }
  });
});
