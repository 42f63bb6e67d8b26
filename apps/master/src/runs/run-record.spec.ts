import type { LoadChange } from '@loadstar/shared';
import { exampleRecord } from '../store/testing/example-record.js';
import { addChange, loadInForce, plannedEndMs, toRunView } from './run-record.js';

const change = (atMs: number, rest: Partial<LoadChange> = {}): LoadChange => ({
  atMs,
  users: 5,
  spawnRate: 1,
  runTimeMs: undefined,
  userClasses: undefined,
  classWeights: undefined,
  ...rest,
});

describe('a run record', () => {
  it('shows the load with every change applied', () => {
    const record = exampleRecord('a', {
      changes: [change(1_000, { users: 7, userClasses: ['Shopper'], runTimeMs: 9_000 }), change(2_000, { users: 8 })],
    });
    expect(loadInForce(record)).toEqual({ users: 8, spawnRate: 1, userClasses: ['Shopper'] });
    expect(plannedEndMs(record)).toBe(10_000);
    expect(toRunView(record)).toMatchObject({ users: 8, runTimeSeconds: 10, shape: null, startedAt: null });
  });

  it('keeps a bounded number of changes that say the same in the end', () => {
    let changes: LoadChange[] = [change(0, { userClasses: ['A'], classWeights: { A: 2 }, runTimeMs: 500_000 })];
    for (let second = 1; second <= 300; second++)
      changes = addChange(changes, change(second * 1_000, { users: second }));
    expect(changes).toHaveLength(100);
    const record = exampleRecord('a', { changes });
    expect(loadInForce(record)).toEqual({ users: 300, spawnRate: 1, userClasses: ['A'] });
    expect(plannedEndMs(record)).toBe(500_000);
    expect(changes[0]?.classWeights).toEqual({ A: 2 });
  });
});
