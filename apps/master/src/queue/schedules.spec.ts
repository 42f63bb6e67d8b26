import { LoadstarError, silentLogger, VirtualClock } from '@loadstar/shared';
import { InProcessQueue } from './in-process-queue.js';
import type { QueueConsumer } from './queue-port.js';
import { QueueService } from './queue-service.js';
import { MemoryQueueHold } from './queue-hold.js';
import { MemoryScheduleStore } from './schedule-store.js';
import { RunWorld } from './testing/scripted-runs.js';

const minuteMs = 60_000;
const views = {
  get: (): never => {
    throw new LoadstarError('NOT_FOUND');
  },
  active: () => [],
};

/** Lets a test tell its master what a job store might tell it. */
class OpenQueue extends InProcessQueue {
  told: QueueConsumer | undefined;

  override open(consumer: QueueConsumer): Promise<void> {
    this.told = consumer;
    return super.open(consumer);
  }
}

describe('schedules', () => {
  let clock: VirtualClock;
  let world: RunWorld;
  let store: MemoryScheduleStore;
  let port: OpenQueue;
  let master: QueueService;

  const openMaster = async (): Promise<void> => {
    port = new OpenQueue(clock, silentLogger);
    master = new QueueService({
      port,
      runs: world.seen(),
      views,
      schedules: store,
      hold: new MemoryQueueHold(),
      clock,
      logger: silentLogger,
      limit: 1_000,
      scaling: { usersPerWorker: 100, minWorkers: 1, maxWorkers: 10 },
    });
    await master.open();
  };
  const add = (cron = '0 * * * *', run = {}) =>
    master.addSchedule({ name: 'hourly', cron, timeZone: 'Europe/Berlin', run: { users: 5, ...run } }, 'anna');

  beforeEach(async () => {
    clock = new VirtualClock(0, Date.parse('2026-11-22T11:58:30Z'));
    world = new RunWorld(clock);
    store = new MemoryScheduleStore();
    await openMaster();
    world.join('w1');
  });
  afterEach(() => master.close());

  it('queue a run at each of their times, with the wishes of its body', async () => {
    const { id, nextAt } = await add('0 * * * *', { queue: { priority: 7, delaySeconds: 60 } });
    expect(nextAt).toBe('2026-11-22T12:00:00.000Z');
    await clock.advance(2 * minuteMs);
    const [run] = world.runs.values();
    expect(run?.wish).toMatchObject({ owner: 'anna', priority: 7, scheduleId: id });
    expect(run?.wish.notBeforeMs).toBe(Date.parse('2026-11-22T12:01:00Z'));
    await clock.advance(121 * minuteMs);
    expect(world.begun).toHaveLength(3);
    expect(master.schedule(id)).toMatchObject({
      name: 'hourly',
      nextAt: '2026-11-22T15:00:00.000Z',
      lastAt: '2026-11-22T14:00:00.000Z',
      lastRunId: world.begun[2],
      problem: null,
    });
  });

  it('queue a time that is told twice once', async () => {
    const { id } = await add();
    await clock.advance(2 * minuteMs);
    const atMs = Date.parse('2026-11-22T12:00:00Z');
    await port.told?.due(id, atMs);
    expect(world.runs.size).toBe(1);
  });

  it('outlive a master, and make up for nothing that was missed', async () => {
    const { id } = await add();
    await clock.advance(2 * minuteMs);
    await master.close();
    await clock.advance(180 * minuteMs);
    expect(world.runs.size).toBe(1);
    await openMaster();
    expect(master.schedule(id)).toMatchObject({
      lastAt: '2026-11-22T12:00:00.000Z',
      nextAt: '2026-11-22T16:00:00.000Z',
    });
    await clock.advance(60 * minuteMs);
    expect(world.runs.size).toBe(2);
  });

  it('pile nothing up while their run waits', async () => {
    world.pool.clear();
    const { id } = await add();
    await clock.advance(300 * minuteMs);
    expect(world.runs.size).toBe(1);
    expect(master.schedule(id).problem).toMatch('still waiting');
    world.join('w1');
    await clock.advance(60 * minuteMs);
    expect(world.begun).toHaveLength(2);
    expect(master.schedule(id).problem).toBeNull();
  });

  it('say so when a time comes and the run is not possible any more', async () => {
    const { id } = await add();
    const [schedule] = await store.list();
    if (schedule) await store.put({ ...schedule, run: { scenario: 'no.ts' } });
    await master.close();
    await openMaster();
    await clock.advance(2 * minuteMs);
    expect(master.schedule(id).problem).toMatch('There is no scenario');
  });

  it('are refused when they, or their run, are wrong', async () => {
    await expect(add('every morning')).rejects.toMatchObject({ code: 'INVALID_INPUT', fields: [{ field: 'cron' }] });
    await expect(add('0 6 * * *', { scenario: 'no.ts' })).rejects.toMatchObject({ code: 'SCENARIO_NOT_FOUND' });
    expect(await store.list()).toEqual([]);
  });

  it('end when they are removed; what they have queued stays', async () => {
    const { id } = await add();
    await clock.advance(2 * minuteMs);
    await master.removeSchedule(id);
    await clock.advance(120 * minuteMs);
    expect(world.runs.size).toBe(1);
    expect(() => master.schedule(id)).toThrow(expect.objectContaining({ code: 'NOT_FOUND' }));
    await expect(master.removeSchedule(id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await store.list()).toEqual([]);
  });
});
