import fc from 'fast-check';
import { SeededRandom, VirtualClock } from '@loadstar/shared';
import { mergeHealth, RunStats, type SnapshotHeader } from '@loadstar/stats';
import { workStates } from '../messages/join.js';
import { ClockSync } from './clock-sync.js';
import { LoginLimiter } from './login-limiter.js';
import { MasterLease } from './master-lease.js';
import { PeerLease } from './peer-lease.js';
import { nextAttemptInMs } from './reconnect.js';
import { type Delivery, SnapshotOutbox } from './snapshot-outbox.js';
import { type WorkEvent, WorkSession } from './work-session.js';

describe('ClockSync', () => {
  const delays = fc.array(
    fc.record({ there: fc.integer({ min: 0, max: 400 }), back: fc.integer({ min: 0, max: 400 }) }),
    {
      minLength: 1,
      maxLength: 80,
    },
  );

  it('is never further off than its own bound, whatever the delays and however uneven', () => {
    fc.assert(
      fc.property(delays, fc.integer({ min: -1e9, max: 1e9 }), (samples, offsetMs) => {
        const sync = new ClockSync();
        let nowMs = 1_000;
        for (const { there, back } of samples) {
          const receivedMs = nowMs + there + offsetMs;
          const arrivedMs = nowMs + there + 1 + back;
          sync.add({ sentMs: nowMs, receivedMs, answeredMs: receivedMs + 1, arrivedMs });
          nowMs = arrivedMs + 1_000;
        }
        const error = Math.abs((sync.offsetMs(nowMs) ?? NaN) - offsetMs);
        expect(error).toBeLessThanOrEqual(sync.errorMs(nowMs) + 1e-6);
      }),
    );
  });

  it('keeps to the sample of a quiet moment while the wire is busy', () => {
    const sync = new ClockSync();
    sync.add({ sentMs: 0, receivedMs: 101, answeredMs: 101, arrivedMs: 2 });
    for (let nowMs = 1_000; nowMs < 30_000; nowMs += 1_000) {
      sync.add({ sentMs: nowMs, receivedMs: nowMs + 400, answeredMs: nowMs + 400, arrivedMs: nowMs + 301 });
    }
    expect(sync.offsetMs(30_000)).toBe(100);
    expect(sync.errorMs(30_000)).toBeCloseTo(1 + 3, 1);
  });

  it('follows a clock that drifts by 50 ppm for an hour', () => {
    const sync = new ClockSync();
    const trueOffset = (ms: number): number => 500 + ms * 50e-6;
    for (let nowMs = 0; nowMs < 3_600_000; nowMs += 1_000) {
      const receivedMs = nowMs + 1 + trueOffset(nowMs + 1);
      sync.add({ sentMs: nowMs, receivedMs, answeredMs: receivedMs, arrivedMs: nowMs + 2 });
    }
    expect(Math.abs((sync.offsetMs(3_600_000) ?? NaN) - trueOffset(3_600_000))).toBeLessThan(2);
  });

  it('leaves out stamps that contradict each other, and knows nothing after a reset', () => {
    const sync = new ClockSync();
    sync.add({ sentMs: 10, arrivedMs: 5, receivedMs: 0, answeredMs: 0 });
    sync.add({ sentMs: 0, arrivedMs: 5, receivedMs: 9, answeredMs: 3 });
    sync.add({ sentMs: NaN, arrivedMs: 5, receivedMs: 9, answeredMs: 9 });
    expect(sync.isKnown).toBe(false);
    sync.add({ sentMs: 0, arrivedMs: 2, receivedMs: 101, answeredMs: 101 });
    expect(sync.offsetMs(2)).toBe(100);
    expect(sync.rttMs).toBe(2);
    sync.reset();
    expect([sync.offsetMs(0), sync.rttMs, sync.errorMs(0)]).toEqual([undefined, undefined, Infinity]);
  });
});

describe('PeerLease', () => {
  const limits = { suspectMs: 3_000, lostMs: 10_000 };

  it('suspects at 3 s, gives up at 10 s, heals at the first sign', () => {
    const lease = new PeerLease(0, limits);
    expect(lease.check(2_999)).toBeUndefined();
    expect(lease.check(3_000)).toBe('live');
    expect(lease.check(9_999)).toBeUndefined();
    expect(lease.check(10_000)).toBe('suspect');
    expect(lease.state).toBe('lost');
    expect(lease.heard(15_000)).toBe('lost');
    expect(lease.state).toBe('live');
  });

  it('tells each change once, and only silence loses a worker', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 15_000 }), { maxLength: 60 }), (gaps) => {
        const lease = new PeerLease(0, limits);
        let nowMs = 0;
        let losses = 0;
        for (const gapMs of gaps) {
          for (let step = 250; step <= gapMs; step += 250) {
            const before = lease.check(nowMs + step);
            if (before !== undefined && lease.state === 'lost') losses++;
          }
          nowMs += gapMs;
          lease.heard(nowMs);
        }
        expect(losses).toBe(gaps.filter((gapMs) => gapMs >= 10_000).length);
      }),
    );
  });

  it('does not count time in which nobody could listen', () => {
    const lease = new PeerLease(0, limits);
    lease.excuse(30_000, 30_500);
    expect(lease.check(30_500)).toBeUndefined();
    expect(lease.check(40_000)).toBe('live');
    lease.excuse(99_999, 40_000);
    expect(lease.heardMs).toBe(40_000);
  });

  it('stays left for ever after a goodbye', () => {
    const lease = new PeerLease(0, limits);
    expect(lease.leave()).toBe('live');
    expect([lease.heard(1), lease.check(99_999), lease.leave(), lease.state]).toEqual([
      undefined,
      undefined,
      undefined,
      'left',
    ]);
  });
});

describe('MasterLease', () => {
  it('orders by silence alone', () => {
    const lease = new MasterLease(1_000);
    const limits = { drainMs: 30_000, stopMs: 60_000 };
    expect(lease.order(30_999, limits)).toBe('go on');
    expect(lease.order(31_000, limits)).toBe('drain');
    expect(lease.order(61_000, limits)).toBe('stop');
    lease.heard(61_000);
    lease.heard(2_000);
    expect(lease.order(62_000, limits)).toBe('go on');
  });
});

describe('WorkSession', () => {
  const events: WorkEvent[] = ['prepare', 'prepared', 'failed', 'start', 'stop', 'ended', 'drain'];

  it('goes the long way round', () => {
    const session = new WorkSession();
    const states = (['prepare', 'prepared', 'start', 'stop', 'ended'] as const).map((event) => {
      expect(session.on(event, 'r')).toBe(true);
      return session.state;
    });
    expect(states).toEqual(['preparing', 'prepared', 'running', 'stopping', 'idle']);
    expect([session.runId, session.holds('r')]).toEqual(['r', false]);
  });

  it('is always in a known state, never runs what was not prepared, and never comes back from draining', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...events), { maxLength: 50 }), (sequence) => {
        const session = new WorkSession();
        let before = session.state;
        for (const event of sequence) {
          session.on(event, 'r');
          expect(workStates).toContain(session.state);
          if (session.state === 'running') expect(['prepared', 'running']).toContain(before);
          if (before === 'draining') expect(session.state).toBe('draining');
          before = session.state;
        }
      }),
    );
  });
});

describe('nextAttemptInMs', () => {
  it('never dials twice within a second, nor later than two after a failure', () => {
    const random = new SeededRandom(1);
    for (let took = 0; took < 4_000; took += 7) {
      const failed = nextAttemptInMs(0, took, 'failed', random);
      expect(took + failed).toBeGreaterThanOrEqual(1_000);
      expect(failed).toBeLessThanOrEqual(2_000);
      expect(took + nextAttemptInMs(0, took, 'lost', random)).toBeGreaterThanOrEqual(1_000);
    }
  });

  it('spreads a fleet that lost its connections in one instant', () => {
    const random = new SeededRandom(2);
    const waits = Array.from({ length: 200 }, () => nextAttemptInMs(0, 3_600_000, 'lost', random));
    expect(Math.max(...waits) - Math.min(...waits)).toBeGreaterThan(800);
  });
});

describe('LoginLimiter', () => {
  it('blocks an address after five failures within a minute, and no other', () => {
    const limiter = new LoginLimiter();
    for (let i = 0; i < 5; i++) {
      expect(limiter.isBlocked('a', i)).toBe(false);
      limiter.failed('a', i);
    }
    expect([limiter.isBlocked('a', 10), limiter.isBlocked('b', 10)]).toEqual([true, false]);
    expect([limiter.isBlocked('a', 59_999), limiter.isBlocked('a', 60_000)]).toEqual([true, false]);
  });

  it('remembers a bounded number of addresses', () => {
    const limiter = new LoginLimiter();
    for (let i = 0; i < 10_050; i++) limiter.failed(`address ${i}`, 0);
    expect((limiter as unknown as { failures: Map<string, unknown> }).failures.size).toBe(10_000);
  });
});

describe('SnapshotOutbox', () => {
  const header = (runId: string, final: boolean): Omit<SnapshotHeader, 'seq'> => ({
    runId,
    worker: 'w',
    incarnation: 'abcdef',
    elapsedMs: 0,
    phase: 'running',
    final,
    reason: undefined,
    users: 0,
    targetUsers: 0,
    spawnRate: 1,
    usersByClass: {},
    health: mergeHealth([]),
  });
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it('keeps one on its way, and of the others only the newest', async () => {
    const sent: SnapshotHeader[] = [];
    const answers: ((delivery: Delivery) => void)[] = [];
    const outbox = new SnapshotOutbox((snapshot) => {
      sent.push(snapshot);
      return new Promise((resolve) => answers.push(resolve));
    });
    for (let i = 0; i < 5; i++) outbox.offer(header('r', false), new RunStats());
    expect(sent.map(({ seq }) => seq)).toEqual([1]);
    answers.shift()?.('taken');
    await turn();
    expect(sent.map(({ seq }) => seq)).toEqual([1, 5]);
    answers.shift()?.('retry');
    await turn();
    expect(sent).toHaveLength(2);
    outbox.pump();
    expect(sent.map(({ seq }) => seq)).toEqual([1, 5, 5]);
    answers.shift()?.('taken');
    await outbox.whenEmpty();
    expect(outbox.isEmpty).toBe(true);
  });

  it('sends no more than the pace allows, whatever piled up, but last words at once', async () => {
    const clock = new VirtualClock();
    const sentMs: number[] = [];
    const pace = { clock, gapMs: 500 };
    const outbox = new SnapshotOutbox(() => {
      sentMs.push(clock.nowMs());
      return Promise.resolve<Delivery>('taken');
    }, pace);
    const begunMs = clock.nowMs();
    for (let i = 0; i < 30; i++) {
      outbox.offer(header('r', false), new RunStats());
      await clock.advance(100);
    }
    expect(sentMs.map((atMs) => atMs - begunMs)).toEqual([0, 500, 1_000, 1_500, 2_000, 2_500, 3_000]);
    outbox.offer(header('r', false), new RunStats());
    outbox.offer(header('r', true), new RunStats());
    await outbox.whenEmpty();
    expect(sentMs.at(-1)).toBe(begunMs + 3_000);
    expect(sentMs).toHaveLength(8);
  });

  it('does not rest after what could not even be sent', async () => {
    const clock = new VirtualClock();
    const answers: Delivery[] = ['unsent', 'taken'];
    const outbox = new SnapshotOutbox(() => Promise.resolve(answers.shift() ?? 'retry'), { clock, gapMs: 500 });
    outbox.offer(header('r', false), new RunStats());
    await turn();
    expect(outbox.isEmpty).toBe(false);
    outbox.pump();
    await turn();
    expect(answers).toEqual([]);
    expect(outbox.isEmpty).toBe(true);
  });

  it('delivers the final numbers of every run in the end, whatever fails before', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom<'offer' | 'pump' | 'turn'>('offer', 'pump', 'turn'), { maxLength: 40 }),
        fc.array(fc.constantFrom<Delivery>('taken', 'retry', 'unsent'), { maxLength: 20 }),
        async (steps, outcomes) => {
          let flying = 0;
          let most = 0;
          const taken: SnapshotHeader[] = [];
          const outbox = new SnapshotOutbox(async (snapshot) => {
            most = Math.max(most, ++flying);
            await turn();
            flying--;
            const delivery = outcomes.shift() ?? 'taken';
            if (delivery === 'taken') taken.push(snapshot);
            return delivery;
          });
          for (const step of steps) {
            if (step === 'offer') outbox.offer(header('r1', false), new RunStats());
            else if (step === 'pump') outbox.pump();
            else await turn();
          }
          outbox.offer(header('r1', true), new RunStats());
          outbox.offer(header('r1', false), new RunStats());
          outbox.offer(header('r2', true), new RunStats());
          for (let i = 0; i < 60; i++) {
            outbox.pump();
            await turn();
          }
          expect(outbox.isEmpty).toBe(true);
          expect(most).toBe(1);
          expect(taken.filter(({ final }) => final).map(({ runId }) => runId)).toEqual(
            expect.arrayContaining(['r1', 'r2']),
          );
          expect(taken.filter(({ runId }) => runId === 'r1').at(-1)?.final).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });
});
