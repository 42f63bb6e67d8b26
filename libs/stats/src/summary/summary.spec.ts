import { RunStats } from '../run-stats/run-stats.js';
import { headerOf, randomStats } from '../testing/random-stats.js';
import { sampleMeta } from '../testing/sample-meta.js';
import { TimeSeries } from '../time-series/time-series.js';
import { statsRows } from './rows.js';
import { summarise } from './summarise.js';

function sample(): RunStats {
  const stats = new RunStats();
  for (const userClass of ['A', 'B']) {
    const users = stats.series({ userClass, method: 'GET', name: '/users' });
    for (let ms = 1; ms <= 50; ms++) users.finish('ok', ms * 1_000, ms * 2_000, 100, ms * 100);
    const create = stats.series({ userClass, method: 'POST', name: '/orders' });
    create.finish('check', 7_000, 7_000, 4, 10_000);
  }
  stats.error('POST', '/orders', 'check "has a name"', Date.UTC(2026, 0, 2));
  return stats;
}

describe('summarise', () => {
  it('merges user classes into one row a (method, name), sorted by name, and adds them up', () => {
    const { rows, total } = summarise(sample(), sampleMeta());
    expect(rows.map(({ method, name, requests }) => [method, name, requests])).toEqual([
      ['POST', '/orders', 2],
      ['GET', '/users', 100],
    ]);
    expect(total).toMatchObject({ method: '', name: 'Aggregated', requests: 102, failures: 2 });
    expect(total.requests).toBe(Object.values(total.outcomes).reduce((sum, count) => sum + count, 0));
  });

  it('tells service time from response time and failures from successes, in milliseconds', () => {
    const [orders, users] = summarise(sample(), sampleMeta()).rows;
    expect(users!.service).toMatchObject({ minMs: 1, maxMs: 50, averageMs: 25.5 });
    expect(users!.response).toMatchObject({ minMs: 2, maxMs: 100 });
    expect(users!.response.percentiles.p100).toBe(100);
    expect(users!.failedResponse.count).toBe(0);
    expect(orders!.failedResponse).toMatchObject({ count: 2, averageMs: 7 });
  });

  it('takes rates from the start of counting to the last request', () => {
    const [, users] = summarise(sample(), sampleMeta()).rows;
    expect(users!.requestsPerSecond).toBe(20);
    const [, afterReset] = summarise(sample(), { ...sampleMeta(), countedFromMs: 3_000 }).rows;
    expect(afterReset!.requestsPerSecond).toBe(50);
  });

  it('is plain JSON: nothing changes when it is written and read', () => {
    const summary = summarise(
      randomStats(4),
      { ...sampleMeta() },
      {
        thresholds: { request_failed: ['rate<0.5'], 'request_duration{name:/none}': ['p95<1'] },
        headers: [headerOf()],
      },
    );
    expect(JSON.parse(JSON.stringify(summary))).toEqual(summary);
    expect(summary.schema).toBe(1);
    expect(summary.thresholds.map(({ passed }) => passed)).toEqual([true, false]);
    expect(summary.generators).toEqual([expect.objectContaining({ worker: 'worker-1', users: 10 })]);
  });

  it('has zeros and no NaN for a run without requests', () => {
    const text = JSON.stringify(summarise(new RunStats(), sampleMeta()));
    expect(text).not.toMatch(/null,"minMs"|NaN/);
    expect(JSON.parse(text).total).toMatchObject({ requests: 0, requestsPerSecond: 0, averageBytes: 0, failRatio: 0 });
  });
});

describe('statsRows', () => {
  it('has current rates from the time series', () => {
    const stats = sample();
    const series = new TimeSeries();
    series.add(stats, 0, 1_000);
    const { rows, total } = statsRows(stats, series);
    expect(rows.map(({ currentRps }) => currentRps)).toEqual([2, 100]);
    expect(total).toMatchObject({ currentRps: 102, currentFailuresPerSecond: 2, requests: 102 });
    expect(rows[1]!.serviceP50Ms).toBeCloseTo(25, 1);
    expect(rows[1]).toMatchObject({ minMs: 2, maxMs: 100, averageBytes: 100 });
  });
});
