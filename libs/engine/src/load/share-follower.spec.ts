import { LevelTrack, type Share, shareOf } from '@loadstar/shared';
import fc from 'fast-check';
import { ShareFollower } from './share-follower.js';

interface Holder {
  share: Share;
  follower: ShareFollower;
  count: number;
}

const tickMs = 50;

/** Lets holders follow a track; at `reshareTick` there are `of` of them. Returns the total at each tick. */
function follow(track: LevelTrack, ticks: number, holders: Holder[], reshareTick = -1, of = 0): number[] {
  const totals: number[] = [];
  for (let tick = 0; tick <= ticks; tick++) {
    const elapsedMs = tick * tickMs;
    if (tick === reshareTick) reshare(holders, of, elapsedMs);
    for (const holder of holders) {
      holder.count = holder.follower.advance(elapsedMs, track.usersAt(elapsedMs), track.rateAt(elapsedMs));
    }
    totals.push(holders.reduce((sum, { count }) => sum + count, 0));
  }
  return totals;
}

function holder(share: Share, startMs: number): Holder {
  return { share, follower: new ShareFollower(startMs, share), count: 0 };
}

const holdersOf = (of: number): Holder[] => Array.from({ length: of }, (_, index) => holder({ index, of }, 0));

function reshare(holders: Holder[], of: number, elapsedMs: number): void {
  holders.length = Math.min(holders.length, of);
  for (const [index, each] of holders.entries()) {
    each.share = { index, of };
    each.follower.reshare(each.share);
  }
  while (holders.length < of) holders.push(holder({ index: holders.length, of }, elapsedMs));
}

function plan(users: number, rate: number): LevelTrack {
  const track = new LevelTrack();
  track.change(0, users, rate);
  return track;
}

const holderCount = fc.integer({ min: 1, max: 7 });

describe('ShareFollower', () => {
  it('adds up to the users of the run at every tick while shares stay as they are', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 0, max: 300 }),
        fc.integer({ min: 1, max: 100 }),
        (of, users, rate) => {
          const track = plan(users, rate);
          track.change(5_000, Math.floor(users / 3), rate);
          const totals = follow(track, 300, holdersOf(of));
          totals.forEach((total, tick) => expect(total).toBe(track.usersAt(tick * tickMs)));
        },
      ),
    );
  });

  it('after workers came or went is exact again within the time that the whole plan takes to spawn', () => {
    fc.assert(
      fc.property(
        holderCount,
        holderCount,
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 0, max: 400 }),
        (before, after, users, rate, atTick) => {
          const track = plan(users, rate);
          const holders = holdersOf(before);
          const spawnTicks = Math.ceil(((users / rate) * 1000) / tickMs);
          const oneUserTicks = Math.ceil((after * 1000) / rate / tickMs);
          const totals = follow(track, atTick + 3 * spawnTicks + oneUserTicks + 5, holders, atTick, after);
          expect(totals.at(-1)).toBe(users);
          for (const each of holders) expect(each.count).toBe(shareOf(users, each.share));
        },
      ),
    );
  });

  it('keeps the total at the plan while users move to newcomers, within one user a holder', () => {
    fc.assert(
      fc.property(
        holderCount,
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 1, max: 50 }),
        (before, joining, users, rate) => {
          const track = plan(users, rate);
          const settled = Math.ceil(((users / rate) * 1000) / tickMs) + 2;
          const after = before + joining;
          const totals = follow(track, 4 * settled, holdersOf(before), settled, after);
          const worst = Math.max(...totals.slice(settled).map((total) => Math.abs(total - users)));
          expect(worst).toBeLessThanOrEqual(after + 1);
        },
      ),
    );
  });

  it('makes up for a lost worker no faster than the spawn rate', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 7 }),
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 40 }),
        (before, users, rate, window) => {
          const settled = Math.ceil(((users / rate) * 1000) / tickMs) + 2;
          const totals = follow(plan(users, rate), 3 * settled, holdersOf(before), settled, before - 1).slice(settled);
          const started = totals.slice(window).map((total, i) => total - totals[i]!);
          expect(Math.max(0, ...started)).toBeLessThanOrEqual((rate * window * tickMs) / 1000 + before);
        },
      ),
    );
  });

  it('starts no more users in any window than its part of the spawn rate allows', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 80 }),
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 0, max: 100 }),
        fc.integer({ min: 1, max: 100 }),
        (users, rate, of, joinTick, window) => {
          const track = plan(users, rate);
          const startMs = joinTick * tickMs;
          const follower = new ShareFollower(startMs, { index: 0, of });
          const counts: number[] = [];
          for (let t = startMs; t <= startMs + 20_000; t += tickMs)
            counts.push(follower.advance(t, track.usersAt(t), rate));
          const allowed = (rate / of) * ((window * tickMs) / 1000) + 2;
          for (let i = window; i < counts.length; i++) {
            expect(counts[i]! - counts[i - window]!).toBeLessThanOrEqual(allowed + 1e-6);
          }
        },
      ),
    );
  });

  it('goes up to the plan at the spawn rate after a worker was lost, without a jump', () => {
    const totals = follow(plan(100, 20), 800, holdersOf(2), 200, 1);
    expect(totals[199]).toBe(100);
    expect(totals[200]).toBe(51);
    expect(totals[220]).toBe(71);
    expect(totals[250]).toBe(100);
  });

  it('follows a plan that goes down while users move, within two users a holder', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 20, max: 300 }),
        fc.integer({ min: 5, max: 40 }),
        fc.integer({ min: -20, max: 20 }),
        (before, joining, users, rate, offset) => {
          const track = plan(users, 50);
          const settled = Math.ceil(((users / 50) * 1000) / tickMs) + 20;
          track.change(settled * tickMs, 0, rate);
          const after = before + joining;
          const end = settled + Math.ceil(((2 * users) / rate) * (1000 / tickMs)) + 20;
          const totals = follow(track, end, holdersOf(before), settled + offset, after);
          const distances = totals.map((total, tick) => Math.abs(total - track.usersAt(tick * tickMs)));
          expect(Math.max(...distances.slice(settled + offset))).toBeLessThanOrEqual(2 * after + 2);
          expect(totals.at(-1)).toBe(0);
        },
      ),
    );
  });

  it('lets a ramp go on, never above the plan by more than one user a holder, when workers join in the middle of it', () => {
    const track = plan(200, 20);
    const totals = follow(track, 800, holdersOf(1), 100, 3);
    for (const [tick, total] of totals.entries()) {
      expect(total - track.usersAt(tick * tickMs)).toBeLessThanOrEqual(3);
      if (tick > 0) expect(total - totals[tick - 1]!).toBeGreaterThanOrEqual(-3);
    }
    expect(totals[200]).toBeGreaterThan(150);
    expect(totals.at(-1)).toBe(200);
  });

  it('does not save up allowance in quiet times for a burst later', () => {
    const follower = new ShareFollower(10_000, { index: 0, of: 1 });
    expect(follower.advance(60_000, 0, 5)).toBe(0);
    follower.reshare({ index: 0, of: 1 });
    expect(follower.advance(60_050, 100, 5)).toBe(0);
    expect(follower.advance(60_250, 100, 5)).toBe(1);
  });
});
