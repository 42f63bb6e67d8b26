import { type Demand, isDueSoon, workersDesired } from './workers-desired.js';

const rules = { usersPerWorker: 100, minWorkers: 1, maxWorkers: 10 };
const demand = (change: Partial<Demand> = {}): Demand => ({ labels: {}, users: 10, minWorkers: 1, ...change });
const wanted = (...demands: Demand[]) => workersDesired(demands, rules).workers;

describe('workers desired', () => {
  it('is the lower bound while nothing waits', () => {
    expect(wanted()).toBe(1);
    expect(workersDesired([], { ...rules, minWorkers: 0 })).toEqual({ workers: 0, pools: [] });
  });

  it('follows the users of the load, or the number of workers asked for', () => {
    expect(wanted(demand({ users: 250 }))).toBe(3);
    expect(wanted(demand({ users: 250, minWorkers: 5 }))).toBe(5);
    expect(wanted(demand({ users: undefined }))).toBe(1);
  });

  it('does not add up runs that go one after the other', () => {
    expect(wanted(demand({ users: 300 }), demand({ users: 200 }), demand({ users: 100 }))).toBe(3);
  });

  it('adds up pools, and lets runs without labels use all of them', () => {
    const [eu, us] = [
      demand({ labels: { zone: 'eu' }, minWorkers: 2 }),
      demand({ labels: { zone: 'us' }, minWorkers: 3 }),
    ];
    expect(wanted(eu, us)).toBe(5);
    expect(wanted(eu, us, demand({ minWorkers: 4 }))).toBe(5);
    expect(wanted(eu, us, demand({ minWorkers: 7 }))).toBe(7);
    expect(workersDesired([eu, demand({ labels: { gpu: '1', zone: 'eu' } })], rules).pools).toEqual([
      { labels: 'zone=eu', workers: 2 },
      { labels: 'gpu=1,zone=eu', workers: 1 },
    ]);
  });

  it('stays within its bounds', () => {
    expect(wanted(demand({ users: 1_000_000 }))).toBe(10);
    expect(workersDesired([], { usersPerWorker: 1, minWorkers: 3, maxWorkers: 2 }).workers).toBe(3);
  });

  it('starts workers a minute before a delayed run, not a day', () => {
    expect(isDueSoon({ notBeforeMs: undefined }, 0)).toBe(true);
    expect(isDueSoon({ notBeforeMs: 60_000 }, 0)).toBe(true);
    expect(isDueSoon({ notBeforeMs: 60_001 }, 0)).toBe(false);
  });
});
