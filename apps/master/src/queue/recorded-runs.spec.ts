import { silentLogger, VirtualClock } from '@loadstar/shared';
import { Fleet } from '../fleet/fleet.js';
import { LogRing } from '../fleet/log-ring.js';
import { RunBook } from '../runs/run-book.js';
import type { RunCoordinator } from '../runs/run-coordinator.js';
import type { RunRecord } from '../runs/run-record.js';
import { MemoryStore } from '../store/memory-store.js';
import { exampleRecord } from '../store/testing/example-record.js';
import { InProcessQueue } from './in-process-queue.js';
import { LastTurns } from './last-turns.js';
import { RecordedRuns } from './recorded-runs.js';
import { RunQueue } from './run-queue.js';

const history = 5_000;

describe('the queue and a long history', () => {
  let reads = 0;
  let walks = 0;
  let clock: VirtualClock;
  let book: RunBook;
  let runs: RecordedRuns;

  /** A record that counts how often somebody reads what it keeps for the queue. */
  const counted = (n: number): RunRecord =>
    Object.defineProperty(exampleRecord(`run${n}`, { state: 'finished', startedAtMs: 1_000 + n }), 'queue', {
      get: () => (reads++, { owner: `user${n % 7}`, scheduleId: n % 10 === 0 ? 'nightly' : null }),
      enumerable: true,
    });

  const queued = (id: string, owner: string) =>
    book.add(exampleRecord(id, { state: 'queued', queue: { owner, priority: 3, minWorkers: 1 } }));

  beforeEach(async () => {
    const { runs: store } = new MemoryStore();
    const records = Array.from({ length: history }, (_, n) => counted(n));
    store.list = () => Promise.resolve(records);
    clock = new VirtualClock();
    book = new RunBook(store, clock);
    await book.open();
    runs = new RecordedRuns({ book, clock, fleet: new Fleet(new LogRing()), coordinator: {} as RunCoordinator });
    runs.lastTurns();
    reads = 0;
    walks = 0;
    const all = book.all.bind(book);
    book.all = () => (walks++, all());
  });

  it('tells whose turn it is without reading a run again that it has read', async () => {
    expect(runs.lastTurns().get('user0')).toBe(1_000 + 4_998);
    expect(runs.latestOf('nightly')?.id).toBe('run4990');
    expect([runs.waiting(), runs.active()]).toEqual([[], []]);
    expect(reads).toBe(0);
  });

  it('sees what has changed', async () => {
    const queue = { owner: 'user0', priority: 3, minWorkers: 1, scheduleId: 'nightly' };
    await book.add(exampleRecord('next', { state: 'queued', queue }));
    expect(runs.waiting()).toMatchObject([{ id: 'next', owner: 'user0', priority: 3 }]);
    expect(runs.latestOf('nightly')).toMatchObject({ id: 'next', state: 'queued' });
    await book.move('next', 'preparing');
    await book.move('next', 'spawning', { startedAtMs: 50_000 });
    expect(runs.waiting()).toEqual([]);
    expect(runs.active()).toHaveLength(1);
    expect(runs.lastTurns().get('user0')).toBe(50_000);
    expect(reads).toBe(0);
  });

  it('knows whose turn it was last without going through the history', async () => {
    for (let second = 0; second < 100; second++) runs.lastTurns();
    await queued('next', 'user1');
    await book.move('next', 'preparing');
    await clock.advance(1_000);
    expect(runs.lastTurns().get('user1')).toBe(clock.wallMs());
    await book.move('next', 'queued');
    expect(runs.lastTurns().get('user1')).toBe(1_000 + 4_999);
    await queued('broken', 'somebody');
    await book.move('broken', 'failed', { endedAtMs: 90_000 });
    expect(runs.lastTurns().get('somebody')).toBe(90_000);
    await queued('given up', 'nobody');
    await book.move('given up', 'aborted', { endedAtMs: 91_000 });
    expect(runs.lastTurns().has('nobody')).toBe(false);
    expect([walks, reads]).toEqual([0, 0]);
  });

  it('does not read it at all for a list in which nobody waits', async () => {
    const port = new InProcessQueue(clock, silentLogger);
    const fresh = new RecordedRuns({ book, clock, fleet: new Fleet(new LogRing()), coordinator: {} as RunCoordinator });
    const scaling = { usersPerWorker: 1_000, minWorkers: 0, maxWorkers: 10 };
    const queue = new RunQueue({ port, runs: fresh, clock, logger: silentLogger, limit: 10, scaling });
    expect(queue.waiting()).toEqual([]);
    expect(walks).toBe(0);
    await queued('next', 'user1');
    expect(queue.waiting()).toHaveLength(1);
    expect(queue.waiting()).toHaveLength(1);
    expect(walks).toBe(1);
    await port.close();
  });

  it('knows of a turn before anybody is told of the change', async () => {
    const fresh = new RecordedRuns({ book, clock, fleet: new Fleet(new LogRing()), coordinator: {} as RunCoordinator });
    const told: (number | undefined)[] = [];
    fresh.onChange(() => told.push(fresh.lastTurns().get('new')));
    await queued('next', 'new');
    await book.move('next', 'preparing');
    await book.move('next', 'spawning', { startedAtMs: 50_000 });
    expect(told).toEqual([undefined, clock.wallMs(), 50_000]);
  });

  it('forgets owners whose turn is longest ago when they are too many', () => {
    const turns = new LastTurns();
    for (let n = 0; n < 3_000; n++) {
      turns.note(`owner${n}`, n);
      turns.note('regular', n);
    }
    expect(turns.size).toBe(1_000);
    expect(turns.get('regular')).toBe(2_999);
    expect(turns.has('owner2999')).toBe(true);
    turns.note('regular', 5);
    expect(turns.get('regular')).toBe(2_999);
  });
});
