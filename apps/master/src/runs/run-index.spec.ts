import fc from 'fast-check';
import type { RunState } from '@loadstar/shared';
import { exampleRecord } from '../store/testing/example-record.js';
import { RunIndex } from './run-index.js';
import type { RunRecord } from './run-record.js';
import { isActive, isEnd } from './run-state.js';

const states: RunState[] = ['queued', 'preparing', 'spawning', 'running', 'stopping', 'finished', 'failed', 'aborted'];

describe('the index of runs', () => {
  const step = fc.record({
    id: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
    forget: fc.boolean(),
    state: fc.constantFrom(...states),
    startedAtMs: fc.constantFrom(undefined, 5),
    queue: fc.constantFrom(undefined, { owner: 'anna' }),
  });

  it('answers as a walk through the whole history would, whatever has happened', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const index = new RunIndex();
        let history: RunRecord[] = [];
        for (const { id, forget, ...rest } of steps) {
          const record = exampleRecord(id, rest);
          if (forget) {
            index.remove(id);
            history = history.filter((each) => each.id !== id);
          } else {
            index.put(record);
            if (history.some((each) => each.id === id)) {
              history = history.map((each) => (each.id === id ? record : each));
            } else history.push(record);
          }
        }
        const active = history.filter(({ state }) => isActive(state));
        const over = history.filter(
          ({ state, startedAtMs, queue }) => isEnd(state) && (startedAtMs !== undefined || queue === undefined),
        );
        expect([...index.all()]).toEqual(history);
        const newestFirst = history.toReversed();
        expect(index.page(Infinity)).toEqual(newestFirst);
        history.forEach(({ id }, at) => {
          expect(index.page(2, id)).toEqual(newestFirst.slice(history.length - at, history.length - at + 2));
        });
        expect(index.page(2, 'nobody')).toBeUndefined();
        expect(index.active()).toEqual(active);
        expect(index.queued()).toEqual(history.filter(({ state }) => state === 'queued'));
        expect(index.latest()).toEqual(active.at(-1) ?? over.at(-1));
      }),
    );
  });

  it('does not look at a history of 5,000 runs to tell which is the current one', () => {
    const index = new RunIndex();
    let looks = 0;
    for (let n = 0; n < 5_000; n++) {
      const record = exampleRecord(`run${n}`, { state: 'finished', startedAtMs: n });
      index.put(Object.defineProperty(record, 'state', { get: () => (looks++, 'finished') }));
    }
    index.put(exampleRecord('now', { state: 'running' }));
    looks = 0;
    for (let n = 0; n < 1_000; n++) {
      expect(index.latest()?.id).toBe('now');
      expect([index.active().length, index.queued().length]).toEqual([1, 0]);
    }
    expect(looks).toBe(0);
    index.remove('now');
    expect(index.latest()?.id).toBe('run4999');
    // To forget the latest calls for the one before it, and for no more.
    index.remove('run4999');
    expect(index.latest()?.id).toBe('run4998');
    expect(looks).toBeLessThanOrEqual(2);
  });
});
