import { constant, constantPacing, HttpUser, task, TaskSet, User } from '@loadstar/scenario';
import { readScenarios, subShare, VirtualClock } from '@loadstar/shared';
import fc from 'fast-check';
import { planOf, VirtualRun } from './testing/virtual-run.js';

class Reader extends HttpUser {
  static override tasks = { list: 3, home: 1 };
  override waitTime = constant(1);

  async list(): Promise<void> {
    await this.http.get('/users');
  }

  async home(): Promise<void> {
    await this.http.get('/');
  }
}

class Writer extends HttpUser {
  static override weight = 2;
  static override tasks = { create: 1 };

  async create(): Promise<void> {
    await this.http.post('/users', { name: String(this.env['KIND'] ?? 'plain') });
  }
}

const scenariosOf = (written: unknown) => {
  const { scenarios, problems } = readScenarios(written);
  expect(problems).toEqual([]);
  return { kind: 'scenarios' as const, scenarios, runTimeMs: undefined };
};

const run = (written: unknown, exports: Record<string, unknown> = { Reader }, seed = 'seed'): VirtualRun =>
  new VirtualRun(exports, planOf(scenariosOf(written), { seed }));

/** The same plan on several engines with one clock; what each started, merged. */
async function onEngines(written: unknown, engines: number, seconds: number, exports: Record<string, unknown>) {
  const clock = new VirtualClock();
  const runs = Array.from(
    { length: engines },
    (_, index) =>
      new VirtualRun(
        exports,
        planOf(scenariosOf(written)),
        { share: subShare({ index: 0, of: 1 }, { index, of: engines }) },
        clock,
      ),
  );
  await clock.advance(seconds * 1_000);
  const exchanges = runs.flatMap(({ http }) => http.exchanges);
  const sum = (pick: (run: VirtualRun) => number): number => runs.reduce((total, each) => total + pick(each), 0);
  return {
    runs,
    multiset: exchanges
      .map(({ intendedMs, userClass, method, name }) => `${intendedMs.toFixed(3)} ${userClass} ${method} ${name}`)
      .sort(),
    started: sum(({ stats }) => stats.iterations.started),
    dropped: sum(({ stats }) => stats.droppedArrivals),
  };
}

describe('constant-arrival-rate', () => {
  const arrivals = { executor: 'constant-arrival-rate', rate: 100, duration: '10s', preAllocatedVUs: 20, maxVUs: 50 };

  it('starts exactly what was planned, each at its time, however slow the target is', async () => {
    const open = run({ a: arrivals });
    open.http.latencyMs = 150;
    await open.seconds(11);
    expect(open.stats.iterations).toMatchObject({ started: 1_000, finished: 1_000 });
    expect(open.stats.droppedArrivals).toBe(0);
    open.http.exchanges.forEach(({ atMs, intendedMs }, k) => {
      expect(intendedMs).toBeCloseTo(k * 10, 6);
      expect(atMs).toBeCloseTo(intendedMs, 6);
    });
    expect(open.last).toMatchObject({ final: true, phase: 'done', reason: 'every scenario has ended', users: 0 });
  });

  it('drops what no user is free for, and planned = started + dropped exactly', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 80 }),
        fc.integer({ min: 1, max: 30 }),
        fc.nat(30),
        fc.integer({ min: 1, max: 3_000 }),
        fc.integer({ min: 1, max: 4 }),
        async (rate, preAllocatedVUs, more, latencyMs, engines) => {
          const plan = { a: { ...arrivals, rate, duration: 3, preAllocatedVUs, maxVUs: preAllocatedVUs + more } };
          const { runs } = await onEngines(plan, engines, 0.01, { Reader });
          for (const { http } of runs) http.latencyMs = latencyMs;
          await runs[0]!.clock.advance(40_000);
          const total = runs.reduce((sum, { stats }) => sum + stats.iterations.started + stats.droppedArrivals, 0);
          expect(total).toBe(3 * rate);
          for (const each of runs) expect(each.last.final).toBe(true);
        },
      ),
      { numRuns: 10 },
    );
  });

  it('grows to maxVUs when users are busy, and no further', async () => {
    const open = run({ a: { ...arrivals, preAllocatedVUs: 5, maxVUs: 12, gracefulStop: 0 } });
    open.http.latencyMs = 1_000;
    await open.seconds(5);
    expect(open.last.users).toBe(12);
    expect(open.last.targetUsers).toBe(5);
    // 100 a second, of which 12 users can do 12.
    expect(open.stats.iterations.started).toBeGreaterThanOrEqual(48);
    expect(open.stats.iterations.started).toBeLessThanOrEqual(72);
    expect(open.stats.iterations.started + open.stats.droppedArrivals).toBeGreaterThanOrEqual(500);
  });

  it('lets arrivals wait where that is asked for: the stall is in response time, not in service time', async () => {
    const open = run({
      a: { ...arrivals, rate: 2_000, duration: 5, preAllocatedVUs: 50, maxVUs: 50, whenBusy: 'wait' },
    });
    // A target that stands still from 2 s to 3 s: what is on the wire then is answered at 3 s.
    const answeredMs = (): number => (open.clock.nowMs() >= 2_000 ? Math.max(1, 3_000 - open.clock.nowMs()) : 1);
    open.http.latencyMs = answeredMs;
    await open.seconds(6);
    const [series] = [...open.stats.allSeries()];
    expect(open.stats.iterations).toMatchObject({ started: 10_000, finished: 10_000 });
    expect(open.stats.droppedArrivals).toBe(0);
    // An arrival at time t of the stall waits for its end and for those before it, of which 50 users do 50,000 a second:
    // 1000 - 960 t ms, and 1 ms of its own. Of 5 s of arrivals those of the stall are the slowest.
    const theoryMs = (p: number): number => 1_001 - 960 * 5 * (1 - p / 100);
    for (const p of [82, 85, 90, 95, 99]) {
      const measuredMs = series!.ok.response.percentile(p) / 1_000;
      expect(Math.abs(measuredMs / theoryMs(p) - 1)).toBeLessThan(0.02);
    }
    // Only the 50 on the wire saw the stall as service time: half a percent.
    expect(series!.ok.service.percentile(99)).toBe(1_000);
  });

  it('counts what is under way after the graceful stop as interrupted', async () => {
    const open = run({ a: { ...arrivals, gracefulStop: 1, maxVUs: 20, rate: 2, duration: 2 } });
    open.http.latencyMs = Infinity;
    await open.seconds(4);
    expect(open.last).toMatchObject({ final: true, users: 0 });
    expect(open.stats.iterations).toMatchObject({ started: 4, finished: 0, interrupted: 4 });
  });

  it('takes a new rate while it runs', async () => {
    const open = run({ a: arrivals });
    await open.seconds(5);
    const change = {
      atMs: 6_000,
      users: 0,
      spawnRate: 1,
      runTimeMs: undefined,
      userClasses: undefined,
      classWeights: undefined,
    };
    open.engine.adjust({ atMs: 6_000, load: { ...change, scenarios: [{ name: 'a', rate: 10 }] } });
    await open.seconds(6);
    expect(open.stats.iterations.started).toBe(640);
  });

  it('takes no rate above the ceiling of its plan, whoever asks for it', async () => {
    const limits = { maxUsers: 100, maxRate: 150, allowedTargets: [] };
    const open = new VirtualRun({ Reader }, planOf(scenariosOf({ a: arrivals }), { limits }));
    const unchanged = { users: 0, spawnRate: 1, runTimeMs: undefined, userClasses: undefined, classWeights: undefined };
    const scenarios = [{ name: 'a', rate: 1_000 }];
    open.engine.adjust({ atMs: 6_000, load: { ...unchanged, atMs: 6_000, scenarios } });
    await open.seconds(11);
    expect(open.stats.iterations.started + open.stats.droppedArrivals).toBe(600 + 4 * 150);
  });

  it('waits for a user whose onStart takes time, and the wait is in the response time', async () => {
    class Late extends Reader {
      override async onStart(): Promise<void> {
        await this.sleep(2.5);
      }
    }
    const open = run(
      { a: { ...arrivals, rate: 1, duration: 5, preAllocatedVUs: 1, maxVUs: 1, startTime: 0 } },
      { Late },
    );
    await open.seconds(10);
    const [series] = [...open.stats.allSeries()];
    expect(open.stats.iterations.started + open.stats.droppedArrivals).toBe(5);
    expect(series!.ok.response.maxUs).toBeGreaterThanOrEqual(2_500_000);
    expect(series!.ok.service.maxUs).toBe(20_000);
    expect(open.stats.lag.maxUs).toBeGreaterThanOrEqual(2_500_000);
  });

  it('visits a nested set as one arrival, and replaces a user that stops itself', async () => {
    class Visit extends TaskSet {
      static override tasks = { look: 1 };
      private looks = 0;
      async look(): Promise<void> {
        await this.http.get('/look');
        if (++this.looks === 3) this.interrupt();
      }
    }
    class Visitor extends HttpUser {
      static override tasks = [Visit];
    }
    const visits = run({ a: { ...arrivals, rate: 5, duration: 2 } }, { Visitor });
    await visits.seconds(4);
    expect(visits.stats.iterations).toMatchObject({ started: 10, finished: 10 });
    expect(visits.http.exchanges).toHaveLength(30);

    class Once extends User {
      static override tasks = { go: 1 };
      go(): void {
        this.stop();
      }
    }
    const once = run({ a: { ...arrivals, rate: 50, duration: 2, preAllocatedVUs: 2, maxVUs: 4 } }, { Once });
    await once.seconds(4);
    expect(once.stats.iterations.started).toBe(100);
  });
});

describe('the same seed on 1, 2 and 5 engines', () => {
  it.each(['even', 'poisson'])(
    'gives the identical multiset of planned time, scenario and task (%s)',
    async (spacing) => {
      const exports = { Reader, Writer };
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 80 }), async (one, two) => {
          const plan = {
            steady: {
              executor: 'constant-arrival-rate',
              rate: one,
              duration: 4,
              preAllocatedVUs: 40,
              maxVUs: 90,
              spacing,
            },
            ramp: {
              executor: 'ramping-arrival-rate',
              startTime: 1,
              exec: 'Writer',
              stages: [
                { duration: 2, target: two },
                { duration: 1, target: 0 },
              ],
              preAllocatedVUs: 20,
              maxVUs: 100,
              spacing,
            },
          };
          const alone = await onEngines(plan, 1, 6, exports);
          for (const engines of [2, 5]) {
            const several = await onEngines(plan, engines, 6, exports);
            expect(several.multiset).toEqual(alone.multiset);
            expect(several.started + several.dropped).toBe(alone.started);
          }
          expect(alone.multiset.length).toBeGreaterThan(0);
        }),
        { numRuns: 4 },
      );
    },
  );

  it('stays so when shares move in the middle', async () => {
    const plan = { a: { executor: 'constant-arrival-rate', rate: 40, duration: 4, preAllocatedVUs: 20, maxVUs: 40 } };
    const alone = await onEngines(plan, 1, 6, { Reader });
    const clock = new VirtualClock();
    const of = (index: number, of: number) => ({ share: { index, of } });
    const first = new VirtualRun({ Reader }, planOf(scenariosOf(plan)), of(0, 1), clock);
    await clock.advance(1_700);
    first.engine.adjust({ atMs: 2_013, share: { index: 0, of: 2 } });
    await clock.advance(313);
    const second = new VirtualRun({ Reader }, planOf(scenariosOf(plan)), { ...of(1, 2), elapsedMs: 2_013 }, clock);
    await clock.advance(4_000);
    const offset = ({ intendedMs }: { intendedMs: number }): string =>
      (Math.round(intendedMs * 1_000) / 1_000).toFixed(1);
    const both = [...first.http.exchanges, ...second.http.exchanges].map(offset).sort();
    expect(both).toEqual(alone.runs[0]!.http.exchanges.map(offset).sort());
    expect(second.http.exchanges.length).toBeGreaterThan(30);
  });
});

describe('scenarios that keep users', () => {
  it('runs several with their own start, users, env and name', async () => {
    const several = run(
      {
        read: { executor: 'constant-vus', vus: 3, duration: 10, exec: 'Reader' },
        write: {
          executor: 'constant-vus',
          vus: 2,
          duration: 5,
          startTime: 4,
          exec: 'Writer.create',
          env: { KIND: 'loud' },
        },
      },
      { Reader, Writer },
    );
    await several.seconds(3);
    expect(several.last.usersByClass).toEqual({ Reader: 3, Writer: 0 });
    await several.seconds(3);
    expect(several.last.usersByClass).toEqual({ Reader: 3, Writer: 2 });
    await several.seconds(5);
    expect(several.last).toMatchObject({ final: true, reason: 'every scenario has ended' });
    const writes = several.http.exchanges.filter(({ method }) => method === 'POST');
    expect(new Set(writes.map(({ name, userClass }) => `${userClass} ${name}`))).toEqual(new Set(['write loud']));
    expect(writes[0]!.atMs).toBeGreaterThanOrEqual(4_000);
    expect(writes.at(-1)!.atMs).toBeLessThan(9_050);
    expect([...several.stats.allSeries()].map(({ key }) => key.userClass).sort()).toEqual(['read', 'read', 'write']);
  });

  it('follows ramps, and lets the last iteration of a user that goes take its time', async () => {
    const stages = [
      { duration: 4, target: 8 },
      { duration: 2, target: 8 },
      { duration: 4, target: 0 },
    ];
    const ramp = run({ a: { executor: 'ramping-vus', startVUs: 0, stages, gracefulRampDown: 1 } });
    const seen: number[] = [];
    for (let second = 0; second < 10; second++) {
      await ramp.seconds(1);
      seen.push(ramp.statuses.findLast(({ final }) => !final)!.users);
    }
    expect(seen.slice(0, 9)).toEqual([2, 4, 6, 8, 8, 8, 6, 4, 2]);
    await ramp.seconds(1);
    expect(ramp.last.final).toBe(true);
    expect(ramp.stats.iterations.interrupted).toBe(0);
  });

  it('lets externally controlled users be set by hand, within their ceiling', async () => {
    const hand = run({ a: { executor: 'externally-controlled', vus: 2, maxVUs: 6 } });
    await hand.seconds(2);
    expect(hand.last.users).toBe(2);
    const change = {
      atMs: 2_500,
      users: 5,
      spawnRate: 1,
      runTimeMs: undefined,
      userClasses: undefined,
      classWeights: undefined,
    };
    hand.engine.adjust({ atMs: 2_500, load: change });
    await hand.seconds(2);
    expect(hand.last.users).toBe(5);
    hand.engine.adjust({ atMs: 4_000, load: { ...change, atMs: 4_000, scenarios: [{ name: 'a', vus: 100 }] } });
    await hand.seconds(2);
    expect(hand.last.users).toBe(6);
    void hand.engine.stop(0, 'enough');
    await hand.seconds(0.1);
    expect(hand.last).toMatchObject({ final: true, reason: 'enough' });
  });
});

describe('counted iterations', () => {
  it.each([1, 2, 5])('does the shared ones exactly, on %d engines', async (engines) => {
    const plan = { a: { executor: 'shared-iterations', vus: 3, iterations: 100, maxDuration: 600 } };
    const { started, runs } = await onEngines(plan, engines, 120, { Reader });
    expect(started).toBe(100);
    for (const { last, stats } of runs) {
      expect(last.final).toBe(true);
      expect(stats.iterations.finished).toBe(stats.iterations.started);
    }
  });

  it.each([1, 2, 5])('does those of each user exactly, on %d engines', async (engines) => {
    const plan = { a: { executor: 'per-vu-iterations', vus: 7, iterations: 4 } };
    const { started } = await onEngines(plan, engines, 60, { Reader });
    expect(started).toBe(28);
  });

  it('ends at the longest time', async () => {
    const long = run({
      a: { executor: 'per-vu-iterations', vus: 1, iterations: 1_000, maxDuration: 5, gracefulStop: 0 },
    });
    await long.seconds(6);
    expect(long.last.final).toBe(true);
    expect(long.stats.iterations.started).toBe(5);
  });
});

it('counts a slip of pacing into the response time, and only a slip', async () => {
  class Paced extends HttpUser {
    override waitTime = constantPacing(1);
    @task() async go(): Promise<void> {
      await this.http.get('/');
    }
  }
  const paced = run({ a: { executor: 'constant-vus', vus: 1, duration: 30 } }, { Paced });
  paced.http.latencyMs = 300;
  await paced.seconds(10);
  const [series] = [...paced.stats.allSeries()];
  expect(series!.ok.response.maxUs).toBe(300_000);
  paced.http.latencyMs = 1_400;
  await paced.seconds(10);
  // A task of 1.4 s slips by 0.4 s each time; a waking at the tick of the timer wheel adds up to 10 ms.
  expect(series!.ok.response.maxUs).toBeGreaterThanOrEqual(1_800_000);
  expect(series!.ok.response.maxUs).toBeLessThanOrEqual(1_810_000);
  expect(series!.ok.service.maxUs).toBe(1_400_000);
});
