/**
 * The truth of the percentiles in virtual time: a target whose every delay is known, two engines, their snapshots encoded,
 * decoded and merged as on the way to the master. What `npm run bench -- --only accuracy` measures with a real clock.
 */
import { HttpUser } from '@loadstar/scenario';
import { readScenarios, SeededRandom, subShare, VirtualClock } from '@loadstar/shared';
import { decodeSnapshot, encodeSnapshot, RunStats, type SnapshotHeader } from '@loadstar/stats';
import { planOf, usersLoad, VirtualRun } from './testing/virtual-run.js';

class Reader extends HttpUser {
  static override tasks = { read: 1 };

  async read(): Promise<void> {
    await this.http.get('/');
  }
}

const percentiles = [50, 95, 99, 99.9];

/** Mostly 2 ms, some 10, 50 and 200, each a quarter more or less; whole microseconds, as clocks of servers count. */
function delayMs(random: SeededRandom): number {
  const kind = random.next();
  const about = kind < 0.85 ? 2 : kind < 0.96 ? 10 : kind < 0.995 ? 50 : 200;
  return Math.round(about * random.between(0.75, 1.25) * 1000) / 1000;
}

/** Whether a percentile is the truth's, within a thousandth of the value at its rank or of a neighbour's. */
function expectTruth(seenUs: number, sorted: readonly number[], p: number): void {
  const rank = Math.ceil((p / 100) * sorted.length) - 1;
  const [below = 0, above = Infinity] = [sorted[rank - 1], sorted[rank + 1]];
  expect(seenUs / 1000).toBeGreaterThanOrEqual(below * 0.999);
  expect(seenUs / 1000).toBeLessThanOrEqual(above * 1.001);
}

async function measure(load: Parameters<typeof planOf>[0], seconds: number) {
  const clock = new VirtualClock();
  const random = new SeededRandom('known delays');
  const truthMs: number[] = [];
  const runs = [0, 1].map(
    (index) =>
      new VirtualRun({ Reader }, planOf(load), { share: subShare({ index: 0, of: 1 }, { index, of: 2 }) }, clock),
  );
  for (const { http } of runs) {
    http.latencyMs = () => {
      const ms = delayMs(random);
      truthMs.push(ms);
      return ms;
    };
  }
  await clock.advance((seconds + 1) * 1000);
  const merged = new RunStats();
  for (const { stats, last } of runs) {
    expect(last.final).toBe(true);
    const header: SnapshotHeader = { ...last, runId: 'run', worker: 'w', incarnation: 'i', seq: 1 };
    merged.merge(decodeSnapshot(encodeSnapshot(header, stats)).stats);
  }
  const [series] = [...merged.allSeries()];
  if (!series) throw new Error('no request was made');
  return { series, truthMs: truthMs.toSorted((a, b) => a - b) };
}

it('tells the percentiles of a closed load within a thousandth of the truth', async () => {
  const { series, truthMs } = await measure(usersLoad(40, 1_000, 4_000), 4);
  expect(series.requests).toBe(truthMs.length);
  expect(series.requests).toBeGreaterThan(20_000);
  for (const p of percentiles) expectTruth(series.ok.service.percentile(p), truthMs, p);
});

it('does so of an open load, where response time is service time as long as nobody waits', async () => {
  const arrivals = { executor: 'constant-arrival-rate', rate: 5_000, duration: 3, preAllocatedVUs: 400, maxVUs: 400 };
  const { scenarios } = readScenarios({ arrivals });
  const { series, truthMs } = await measure({ kind: 'scenarios', scenarios, runTimeMs: undefined }, 3);
  expect([series.requests, truthMs.length]).toEqual([15_000, 15_000]);
  for (const p of percentiles) {
    expectTruth(series.ok.response.percentile(p), truthMs, p);
    expect(series.ok.service.percentile(p)).toBe(series.ok.response.percentile(p));
  }
});
