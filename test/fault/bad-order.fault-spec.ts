/**
 * F15 bad order, over the wire: twenty protocol clients report the same truth in the worst way, each snapshot three
 * times, windows of twenty shuffled, 30 % dropped, old numbers and another incarnation's in between. In memory the same
 * is claimed of 10,000 schedules (libs/stats/src/ledger/ledger.spec.ts).
 *
 * Seen red: with `Ledger.refusal` letting `stale` pass, old numbers take the place of new ones. With only the check of the sender's
 * incarnation in `FleetEndpoint` gone it stays green: the ledger refuses what shrinks.
 */
import { type ControlChannel, protocolVersion, SocketIoControlClient } from '@loadstar/protocol';
import { newId, type SeededRandom } from '@loadstar/shared';
import { encodeSnapshot, mergeHealth, RunStats, type SnapshotHeader } from '@loadstar/stats';
import { eventually, pause } from '../support/eventually.js';
import { scene, type Scene } from '../support/fault/scene.js';

jest.setTimeout(240_000);

const clients = 20;
const snapshots = 40;
/** Until an answer is given up, milliseconds: no claim, and so longer than any machine takes. */
const answerMs = 30_000;

/** A worker that only talks. */
class Talker {
  readonly incarnation = newId(10);
  started = false;
  private readonly channel: Promise<ControlChannel>;
  private hasBundle = false;

  constructor(
    stage: Scene,
    readonly name: string,
  ) {
    this.channel = new SocketIoControlClient([stage.master.url]).connect({
      token: stage.joinToken,
      protocol: protocolVersion,
      version: '0.1.0',
      worker: name,
      incarnation: this.incarnation,
      key: 'k'.repeat(32),
      engines: 1,
      labels: {},
      wallMs: 0,
    });
  }

  async listen(): Promise<void> {
    const channel = await this.channel;
    channel.receive((name, _payload, reply) => reply(this.answer(name)));
    const health = { cpuPercent: 1, rssBytes: 1, loopLagMs: 1, engines: 1, users: 0 };
    const beat = (): void => {
      if (!channel.isOpen) return;
      void channel.request('beat', { monotonicMs: performance.now(), wallMs: 0, health }, answerMs).catch(() => {});
      setTimeout(beat, 1_000).unref();
    };
    beat();
  }

  /** @returns the master's answer */
  async tell(header: SnapshotHeader, stats: RunStats): Promise<unknown> {
    const bytes = encodeSnapshot(header, stats);
    return (await this.channel).request('snapshot', { seq: header.seq, part: 0, parts: 1, bytes }, answerMs);
  }

  async close(): Promise<void> {
    (await this.channel).close();
  }

  private answer(name: string): object {
    const description = {
      userClasses: [{ name: 'SteadyUser', weight: 1, fixedCount: 0, tasks: [] }],
      shapes: [],
      thresholds: {},
    };
    if (name === 'bundle') this.hasBundle = true;
    if (name === 'inspect' || name === 'prepare') {
      if (!this.hasBundle) return { needs: 'bundle' };
      return { ok: true, description };
    }
    if (name === 'start') this.started = true;
    return { ok: true };
  }
}

/** Cumulative truths of one client, oldest first. */
function truths(talker: Talker, runId: string, random: SeededRandom): { header: SnapshotHeader; stats: RunStats }[] {
  const stats = new RunStats();
  return Array.from({ length: snapshots }, (_, i) => {
    const series = stats.series({ userClass: 'SteadyUser', method: 'GET', name: `/${random.int(0, 3)}` });
    for (let left = random.int(0, 20); left > 0; left--) {
      series.start();
      series.finish('ok', 1_000, 1_000, 10, i * 100);
    }
    const final = i === snapshots - 1;
    const header: SnapshotHeader = {
      runId,
      worker: talker.name,
      incarnation: talker.incarnation,
      seq: i + 1,
      elapsedMs: (i + 1) * 100,
      phase: final ? 'done' : 'running',
      final,
      reason: final ? 'said all' : undefined,
      users: final ? 0 : 1,
      targetUsers: 1,
      spawnRate: 1,
      usersByClass: {},
      health: mergeHealth([]),
    };
    return { header, stats: stats.clone() };
  });
}

function shuffled<T>(items: readonly T[], random: SeededRandom): T[] {
  return items
    .map((item) => ({ item, at: random.next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ item }) => item);
}

const countOf = (stats: RunStats): number => [...stats.allSeries()].reduce((sum, { requests }) => sum + requests, 0);

it('F15: repeated, shuffled, lost, old and foreign snapshots change nothing', async () => {
  await scene({ name: 'F15', workers: 0 }, async (stage) => {
    const talkers = Array.from({ length: clients }, (_, i) => new Talker(stage, `t${i}`));
    try {
      await Promise.all(talkers.map((talker) => talker.listen()));
      await stage.expectUsable(clients);
      const { id } = await stage.load({ users: clients });
      await eventually(() => expect(talkers.every(({ started }) => started)).toBe(true));
      await pause(500);
      let truth = 0;
      await Promise.all(
        talkers.map(async (talker, i) => {
          const all = truths(talker, id, stage.random);
          const last = all.at(-1)!;
          truth += countOf(last.stats);
          const before = all.slice(0, -1);
          for (let from = 0; from < before.length; from += 20) {
            const window = before.slice(from, from + 20).flatMap((each) => [each, each, each]);
            for (const { header, stats } of shuffled(window, stage.random)) {
              if (stage.random.next() < 0.3) continue;
              await talker.tell(header, stats);
            }
          }
          const other = talkers[(i + 1) % clients]!;
          const foreign = { ...last.header, incarnation: other.incarnation, seq: 1_000 };
          expect(await talker.tell(foreign, last.stats)).toMatchObject({ problem: { code: 'MALFORMED_MESSAGE' } });
          // Newer by its number, but with a smaller count: no honest sender has that.
          await talker.tell({ ...last.header, final: false, seq: snapshots + 1 }, last.stats);
          await talker.tell({ ...last.header, final: false, seq: snapshots + 2 }, before[0]!.stats);
          await talker.tell({ ...last.header, seq: snapshots + 3 }, last.stats);
          await talker.tell(before[5]!.header, before[5]!.stats);
        }),
      );
      await stage.ended(id);
      const { requests } = await stage.ledger(id);
      process.stdout.write(`  F15: said ${truth}, counted ${requests}\n`);
      expect(requests).toBe(truth);
      expect(truth).toBeGreaterThan(1_000);
    } finally {
      await Promise.all(talkers.map((talker) => talker.close()));
    }
  });
});
