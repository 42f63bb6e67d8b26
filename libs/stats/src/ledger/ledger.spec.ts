import fc from 'fast-check';
import { SeededRandom } from '@loadstar/shared';
import { RunStats } from '../run-stats/run-stats.js';
import { encodeSnapshot, type Snapshot } from '../snapshot/codec.js';
import { headerOf, recordSome } from '../testing/random-stats.js';
import { type DiscardReason, Ledger } from './ledger.js';

interface Scene {
  /** Per incarnation, in order of their sequence numbers. */
  histories: Snapshot[][];
  random: SeededRandom;
}

/** A few incarnations, each with a history of growing snapshots. */
function sceneOf(seed: number): Scene {
  const random = new SeededRandom(seed);
  const histories = Array.from({ length: random.int(1, 3) }, (_, worker) => {
    const stats = new RunStats();
    let seq = 0;
    return Array.from({ length: random.int(1, 6) }, (_unused, index) => {
      recordSome(stats, random, index === 0 || random.next() < 0.6 ? 1 : 0, index * 1_000);
      seq += random.int(1, 3);
      const header = headerOf({
        worker: `w${worker % 2}`,
        incarnation: `inc-${worker}`,
        seq,
        elapsedMs: index * 1_000,
      });
      return { header, stats: stats.clone() };
    });
  });
  return { histories, random };
}

/** What a bad network and bad senders make of it: drops (the last is kept), repeats, shuffles, zombies, liars. */
function disturbed({ histories, random }: Scene): Snapshot[] {
  const messages: Snapshot[] = [];
  for (const history of histories) {
    const kept = history.filter((_, index) => index === history.length - 1 || random.next() >= 0.3);
    for (const snapshot of kept) messages.push(snapshot, snapshot, snapshot);
    const first = history[0]!;
    const last = history.at(-1)!;
    // A newer number with smaller counts, and an older one with greater counts: neither may change anything.
    messages.push({ header: { ...last.header, seq: last.header.seq + 10 }, stats: new RunStats() });
    messages.push({ header: { ...last.header, seq: 0 }, stats: last.stats.clone().merge(last.stats) });
    messages.push({ header: { ...first.header, runId: 'another run' }, stats: first.stats });
  }
  for (let from = 0; from < messages.length; from += 20) {
    const window = messages.slice(from, from + 20);
    messages.splice(from, window.length, ...shuffle(window, random));
  }
  for (const history of histories) messages.push(history[0]!);
  return messages;
}

function shuffle<Item>(items: readonly Item[], random: SeededRandom): Item[] {
  const shuffled = [...items];
  for (let index = shuffled.length - 1; index > 0; index--) {
    const other = random.int(0, index);
    [shuffled[index], shuffled[other]] = [shuffled[other]!, shuffled[index]!];
  }
  return shuffled;
}

const bytesOf = (stats: RunStats): string => Buffer.from(encodeSnapshot(headerOf(), stats)).toString('hex');

describe('Ledger', () => {
  it('ends with the ordered total after any order, loss, repetition and lie (10,000 schedules)', () => {
    const seen: Record<DiscardReason, number> = { duplicate: 0, stale: 0, shrunk: 0, foreign: 0 };
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const scene = sceneOf(seed);
        const ordered = new RunStats();
        for (const history of scene.histories) ordered.merge(history.at(-1)!.stats);
        const ledger = new Ledger('run-1');
        let accepted = 0;
        let requests = 0;
        const messages = disturbed(scene);
        // A lie about the first number of an incarnation cannot be told from the truth: honest senders speak first.
        for (const history of scene.histories) messages.unshift(history[0]!);
        for (const message of messages) {
          if (ledger.accept(message).verdict === 'accepted') accepted++;
          let total = 0;
          for (const series of ledger.total().allSeries()) total += series.requests;
          if (total < requests) throw new Error('the total shrank');
          requests = total;
        }
        if (!ledger.total().covers(ordered) || !ordered.covers(ledger.total())) throw new Error('the totals differ');
        // Covering each other means equal numbers; the bytes, which cost more, confirm it now and then.
        if (seed % 10 === 0) expect(bytesOf(ledger.total())).toBe(bytesOf(ordered));
        const discards = Object.values(ledger.discarded).reduce((sum, count) => sum + count, 0);
        expect(accepted + discards).toBe(messages.length);
        for (const reason of Object.keys(seen) as DiscardReason[]) seen[reason] += ledger.discarded[reason];
      }),
      { numRuns: 10_000 },
    );
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(0);
  }, 120_000);

  it('answers with the difference and the time that it covers', () => {
    const ledger = new Ledger('run-1');
    const stats = new RunStats();
    stats.series({ userClass: 'A', method: 'GET', name: '/' }).finish('ok', 10, 10, 0, 0);
    const first = ledger.accept({ header: headerOf({ seq: 1, elapsedMs: 900, startedMs: 500 }), stats: stats.clone() });
    expect(first).toMatchObject({ verdict: 'accepted', sinceMs: 500, untilMs: 900 });
    stats.series({ userClass: 'A', method: 'GET', name: '/' }).finish('timeout', 10, 10, 0, 0);
    const second = ledger.accept({ header: headerOf({ seq: 4, elapsedMs: 4_000 }), stats: stats.clone() });
    expect(second).toMatchObject({ verdict: 'accepted', sinceMs: 900, untilMs: 4_000 });
    if (second.verdict !== 'accepted') throw new Error('not accepted');
    expect([...second.delta.allSeries()].map(({ requests, failures }) => [requests, failures])).toEqual([[1, 1]]);
    expect(ledger.seqOf('inc-1')).toBe(4);
    expect(ledger.headers()).toHaveLength(1);
  });

  it('keeps the exact extremes although it only adds differences up', () => {
    const ledger = new Ledger('run-1');
    const stats = new RunStats();
    const series = stats.series({ userClass: 'A', method: 'GET', name: '/' });
    for (const [seq, us] of [50_123, 50_124, 50_101, 90_001].entries()) {
      series.finish('ok', us, us, 0, 0);
      ledger.accept({ header: headerOf({ seq }), stats: stats.clone() });
    }
    const [total] = [...ledger.total().allSeries()];
    expect([total!.ok.service.minUs, total!.ok.service.maxUs]).toEqual([50_101, 90_001]);
  });

  it('counts from a reset on, whatever arrives late', () => {
    const ledger = new Ledger('run-1');
    const stats = new RunStats();
    const series = stats.series({ userClass: 'A', method: 'GET', name: '/' });
    const send = (seq: number): void => {
      series.finish('ok', 1_000 * seq, 1_000 * seq, 0, seq * 1_000);
      ledger.accept({ header: headerOf({ seq, elapsedMs: seq * 1_000 }), stats: stats.clone() });
    };
    send(1);
    send(2);
    ledger.resetAt(2_500);
    expect([...ledger.total().allSeries()]).toHaveLength(0);
    send(3);
    send(3);
    send(4);
    const [total] = [...ledger.total().allSeries()];
    // The second message with number 3 is refused, so its request arrives with number 4.
    expect(total!.requests).toBe(3);
    expect(total!.ok.service.maxUs).toBe(4_000);
    expect(ledger.countedFromMs).toBe(2_500);
  });

  it('remembers which workers saw an exception', () => {
    const ledger = new Ledger('run-1');
    for (const worker of ['b', 'a']) {
      const stats = new RunStats();
      stats.exception('boom', 'Error: boom', 1);
      ledger.accept({ header: headerOf({ worker, incarnation: worker }), stats });
    }
    const [group] = [...ledger.total().exceptions];
    expect([group!.count, [...group!.workers].sort()]).toEqual([2, ['a', 'b']]);
  });

  it('goes on from what another ledger had accepted last, also after a reset', () => {
    const stats = { a: new RunStats(), b: new RunStats() };
    const latest = new Map<string, Snapshot>();
    const take = (ledger: Ledger, worker: 'a' | 'b', seq: number): void => {
      stats[worker].series({ userClass: 'A', method: 'GET', name: '/' }).finish('ok', 100 * seq, 100 * seq, 1, seq);
      const snapshot = { header: headerOf({ worker, incarnation: worker, seq }), stats: stats[worker].clone() };
      ledger.accept(snapshot);
      latest.set(worker, snapshot);
    };
    const first = new Ledger('run-1');
    for (let seq = 1; seq <= 3; seq++) for (const worker of ['a', 'b'] as const) take(first, worker, seq);
    const before = first.total().clone();
    first.resetAt(3_000);
    take(first, 'a', 4);
    const second = new Ledger('run-1');
    second.restore([...latest.values()], { countedFromMs: 3_000, before });
    expect(second.countedFromMs).toBe(3_000);
    expect(second.accept(latest.get('a')!)).toEqual({ verdict: 'duplicate' });
    take(second, 'b', 9);
    const [total] = [...second.total().allSeries()];
    expect(total!.requests).toBe(2);
    const third = new Ledger('run-1');
    third.restore([...latest.values()]);
    expect([...third.total().allSeries()][0]!.requests).toBe(8);
  });
});
