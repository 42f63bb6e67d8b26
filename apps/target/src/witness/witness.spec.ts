import fc from 'fast-check';
import { VirtualClock } from '@loadstar/shared';
import { RunningTarget } from '../testing/running-target.js';
import { SequenceSet } from './sequence-set.js';
import { Witness } from './witness.js';

describe('a set of sequence numbers', () => {
  test('agrees with a plain account of any numbers in any order', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.nat(200), fc.nat(200_000)), { minLength: 1, maxLength: 300 }), (numbers) => {
        const set = new SequenceSet();
        numbers.forEach((number) => set.add(number));
        const plain = new Set(numbers);
        const [min, max] = [Math.min(...numbers), Math.max(...numbers)];
        const missing = [];
        for (let n = min; n < max && missing.length < 20; n++) if (!plain.has(n)) missing.push(n);
        expect(set.describe()).toEqual({
          distinct: plain.size,
          duplicates: numbers.length - plain.size,
          unrecorded: 0,
          min,
          max,
          gaps: max - min + 1 - plain.size,
          missing,
        });
      }),
    );
  });

  test('stays bounded when numbers lie far apart, and says how many it could not keep', () => {
    const set = new SequenceSet();
    for (let i = 0; i < 5000; i++) set.add(i * 1_000_000);
    expect(set.describe()).toMatchObject({ distinct: 4096, unrecorded: 904 });
  });
});

describe('the witness', () => {
  const from = (run: string, worker?: string, sequence?: string) => ({ run, worker, sequence });

  test('keeps runs and workers apart and counts what it cannot attribute', () => {
    const witness = new Witness(new VirtualClock());
    witness.note(from('r1', 'w1', '0'));
    witness.note(from('r1', 'w1', '0'));
    witness.note(from('r1', 'w2', '7'));
    witness.note(from('r1', 'w2', 'seven'));
    witness.note(from('r1', undefined, '8'));
    witness.note(from('r2', 'w1', '0'));
    witness.note({ run: undefined, worker: 'w1', sequence: '1' });
    expect(witness.describe('r1')).toMatchObject({
      requests: 5,
      unattributed: 2,
      workers: [
        { worker: 'w1', requests: 2, distinct: 1, duplicates: 1, min: 0, max: 0, gaps: 0 },
        { worker: 'w2', requests: 1, distinct: 1, duplicates: 0, min: 7, max: 7, gaps: 0 },
      ],
    });
    expect(witness.list().runs.map(({ run, requests }) => [run, requests])).toEqual([
      ['r1', 5],
      ['r2', 1],
    ]);
    expect(witness.describe('r3')).toBeUndefined();
  });

  test('knows how many requests came in each 100 ms since the run’s first', async () => {
    const clock = new VirtualClock();
    const witness = new Witness(clock);
    witness.note(from('r', 'w', '0'));
    await clock.advance(99);
    witness.note(from('r', 'w', '1'));
    await clock.advance(201);
    witness.note(from('r', 'w', '2'));
    expect(witness.describe('r')?.workers[0]?.rate).toEqual([2, 0, 0, 1]);
  });

  test('forgets the oldest of more than 64 runs', () => {
    const witness = new Witness(new VirtualClock());
    for (let i = 0; i <= 64; i++) witness.note(from(`r${i}`, 'w', '0'));
    expect(witness.list().runs).toHaveLength(64);
    expect(witness.describe('r0')).toBeUndefined();
  });
});

describe('the witness routes', () => {
  test('answer about requests that carry run, worker and sequence', async () => {
    const target = await RunningTarget.start({ TARGET_WITNESS: '1' });
    try {
      const say = (sequence: number) => ({
        'x-loadstar-run': 'r1',
        'x-loadstar-worker': 'w1',
        'x-loadstar-sequence': String(sequence),
      });
      for (const sequence of [1, 2, 4, 4]) await target.get('/', say(sequence));
      await target.get('/health', say(9));
      expect((await target.get('/witness')).body.runs).toMatchObject([{ run: 'r1', requests: 4, workers: 1 }]);
      expect((await target.get('/witness/r1')).body).toMatchObject({
        run: 'r1',
        slot_ms: 100,
        workers: [{ worker: 'w1', distinct: 3, duplicates: 1, min: 1, max: 4, gaps: 1, missing: [3] }],
      });
      expect(await target.get('/witness/r2')).toMatchObject({
        status: 404,
        body: { status: 404, error: 'no request of run "r2" was seen' },
      });
      expect((await target.delete('/witness')).status).toBe(204);
      expect((await target.get('/witness')).body).toEqual({ runs: [] });
    } finally {
      await target.close();
    }
  });

  test('are not there unless asked for', async () => {
    const target = await RunningTarget.start();
    try {
      expect((await target.get('/witness')).status).toBe(404);
    } finally {
      await target.close();
    }
  });
});
