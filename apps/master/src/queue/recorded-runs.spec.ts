import { VirtualClock } from '@loadstar/shared';
import { Fleet } from '../fleet/fleet.js';
import { LogRing } from '../fleet/log-ring.js';
import { RunBook } from '../runs/run-book.js';
import type { RunCoordinator } from '../runs/run-coordinator.js';
import type { RunRecord } from '../runs/run-record.js';
import { MemoryStore } from '../store/memory-store.js';
import { exampleRecord } from '../store/testing/example-record.js';
import { RecordedRuns } from './recorded-runs.js';

const history = 5_000;

describe('the queue and a long history', () => {
  let reads = 0;
  let book: RunBook;
  let runs: RecordedRuns;

  /** A record that counts how often somebody reads what it keeps for the queue. */
  const counted = (n: number): RunRecord =>
    Object.defineProperty(exampleRecord(`run${n}`, { state: 'finished', startedAtMs: 1_000 + n }), 'queue', {
      get: () => (reads++, { owner: `user${n % 7}`, scheduleId: n % 10 === 0 ? 'nightly' : null }),
      enumerable: true,
    });

  beforeEach(async () => {
    const { runs: store } = new MemoryStore();
    const records = Array.from({ length: history }, (_, n) => counted(n));
    store.list = () => Promise.resolve(records);
    const clock = new VirtualClock();
    book = new RunBook(store, clock);
    await book.open();
    runs = new RecordedRuns({ book, clock, fleet: new Fleet(new LogRing()), coordinator: {} as RunCoordinator });
    runs.lastTurns();
    reads = 0;
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
});
