import fc from 'fast-check';
import type { QueueTicket, WorkerLabels } from './queue-ticket.js';
import { type PoolWorker, takeTurns } from './take-turns.js';

const ticket = (id: string, minWorkers = 1, labels: WorkerLabels = {}): QueueTicket => ({
  id,
  owner: 'a',
  priority: 0,
  notBeforeMs: undefined,
  minWorkers,
  labels,
  createdAtMs: 0,
});
const worker = (id: string, labels: WorkerLabels = {}, state: PoolWorker['state'] = 'free'): PoolWorker => ({
  id,
  labels,
  state,
});
const told = (tickets: QueueTicket[], workers: PoolWorker[]) =>
  takeTurns(tickets, workers).map(({ ticket: { id }, workers: chosen }) => [id, ...chosen].join(' '));

describe('taking turns', () => {
  it('gives the first run every free worker', () => {
    expect(told([ticket('r1'), ticket('r2')], [worker('a'), worker('b', {}, 'busy'), worker('c')])).toEqual(['r1 a c']);
  });

  it('gives it those too that are about to be free, but does not begin with too few', () => {
    const workers = [worker('a'), worker('b', {}, 'ending'), worker('c', {}, 'busy')];
    expect(told([ticket('r1'), ticket('r2')], workers)).toEqual(['r1 a b']);
    expect(told([ticket('r1', 2), ticket('r2')], workers)).toEqual([]);
  });

  it('lets runs of different labels begin side by side', () => {
    const workers = [
      worker('a', { zone: 'eu', disk: 'ssd' }),
      worker('b', { zone: 'us' }),
      worker('c', { zone: 'eu' }),
    ];
    const tickets = [ticket('r1', 1, { zone: 'us' }), ticket('r2', 2, { zone: 'eu' })];
    expect(told(tickets, workers)).toEqual(['r1 b', 'r2 a c']);
  });

  it('waits for enough workers, and keeps them for whoever waits first', () => {
    const workers = [worker('a'), worker('b', {}, 'busy')];
    expect(told([ticket('large', 2), ticket('small')], workers)).toEqual([]);
    expect(told([ticket('large', 2), ticket('small')], [worker('a'), worker('b')])).toEqual(['large a b']);
  });

  it('does not let everybody wait for what the fleet cannot give', () => {
    const workers = [worker('a'), worker('b', {}, 'busy')];
    expect(told([ticket('huge', 9), ticket('gpu', 1, { gpu: '1' }), ticket('small')], workers)).toEqual(['small a']);
  });

  it('gives no worker twice, none that is busy, and none that lacks a label', () => {
    const labels = fc.constantFrom<WorkerLabels>({}, { zone: 'eu' }, { zone: 'us' }, { zone: 'eu', gpu: '1' });
    const tickets = fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), labels), { maxLength: 8 });
    const workers = fc.array(fc.tuple(fc.constantFrom<PoolWorker['state']>('free', 'ending', 'busy'), labels), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(tickets, workers, (wishes, pool) => {
        const all = pool.map(([state, carried], index) => worker(`w${index}`, carried, state));
        const turns = takeTurns(
          wishes.map(([min, wanted], index) => ticket(`r${index}`, min, wanted)),
          all,
        );
        const given = turns.flatMap((turn) => turn.workers);
        expect(new Set(given).size).toBe(given.length);
        for (const { ticket: asked, workers: chosen } of turns) {
          expect(chosen.length).toBeGreaterThanOrEqual(asked.minWorkers);
          for (const id of chosen) {
            const found = all.find((each) => each.id === id);
            expect(found?.state).not.toBe('busy');
            expect(found?.labels).toMatchObject(asked.labels);
          }
        }
      }),
    );
  });
});
