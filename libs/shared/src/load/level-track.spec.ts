import fc from 'fast-check';
import { LevelTrack } from './level-track.js';

const change = fc.record({
  atMs: fc.integer({ min: 0, max: 600_000 }),
  users: fc.integer({ min: 0, max: 5_000 }),
  rate: fc.oneof(fc.integer({ min: 1, max: 500 }), fc.double({ min: 0.1, max: 50, noNaN: true })),
});
const changes = fc.array(change, { minLength: 1, maxLength: 8 });

function trackOf(list: readonly { atMs: number; users: number; rate: number }[]): LevelTrack {
  const track = new LevelTrack();
  for (const { atMs, users, rate } of list) track.change(atMs, users, rate);
  return track;
}

describe('LevelTrack', () => {
  it('starts the users of a plan evenly at the spawn rate and then holds them', () => {
    const track = new LevelTrack();
    track.change(0, 50, 5);
    expect([0, 1, 200, 201, 1000, 9_999, 10_000, 60_000].map((t) => track.usersAt(t))).toEqual([
      0, 1, 1, 2, 5, 50, 50, 50,
    ]);
  });

  it('goes down at the spawn rate of the change, from wherever it was', () => {
    const track = new LevelTrack();
    track.change(0, 200, 10);
    track.change(15_000, 50, 25);
    expect(track.usersAt(15_000)).toBe(150);
    expect(track.usersAt(17_000)).toBe(100);
    expect(track.usersAt(19_000)).toBe(50);
    expect(track.usersAt(90_000)).toBe(50);
  });

  it('does not start over when the same aim is given again, as shapes do every second', () => {
    const track = new LevelTrack();
    for (let second = 0; second < 60; second++) track.change(second * 1000, 50, 2);
    expect(track.usersAt(10_000)).toBe(20);
  });

  it('never moves faster than the spawn rate in force and never past a target', () => {
    fc.assert(
      fc.property(
        changes,
        fc.array(fc.integer({ min: 0, max: 700_000 }), { minLength: 2, maxLength: 40 }),
        (list, at) => {
          const track = trackOf(list);
          const fastest = Math.max(...list.map(({ rate }) => rate));
          const highest = Math.max(...list.map(({ users }) => users));
          const times = [...at].sort((a, b) => a - b);
          for (let i = 1; i < times.length; i++) {
            const [from, to] = [times[i - 1] ?? 0, times[i] ?? 0];
            const moved = Math.abs(track.usersAt(to) - track.usersAt(from));
            expect(moved).toBeLessThanOrEqual((fastest * (to - from)) / 1000 + 1 + 1e-6);
            expect(track.usersAt(to)).toBeLessThanOrEqual(highest);
            expect(track.usersAt(to)).toBeGreaterThanOrEqual(0);
          }
        },
      ),
    );
  });

  it('reaches the last target exactly, and in the time that the rate needs', () => {
    fc.assert(
      fc.property(changes, (list) => {
        const sorted = [...list].sort((a, b) => a.atMs - b.atMs);
        const track = trackOf(sorted);
        const last = sorted.at(-1)!;
        const neededMs = (Math.abs(track.levelAt(last.atMs) - last.users) / last.rate) * 1000;
        expect(track.usersAt(last.atMs + neededMs + 1)).toBe(last.users);
        expect(track.targetAt(last.atMs)).toBe(last.users);
      }),
    );
  });

  it('gives the same curve whatever the order in which changes become known', () => {
    const distinct = fc.uniqueArray(change, { minLength: 1, maxLength: 6, selector: ({ atMs }) => atMs });
    fc.assert(
      fc.property(distinct, fc.array(fc.integer({ min: 0, max: 700_000 }), { maxLength: 20 }), (list, times) => {
        const inOrder = trackOf([...list].sort((a, b) => a.atMs - b.atMs));
        const asTold = trackOf(list);
        for (const t of times) expect(asTold.levelAt(t)).toBeCloseTo(inOrder.levelAt(t), 6);
      }),
    );
  });

  it('keeps its memory flat under a shape that changes every second for a day', () => {
    const track = new LevelTrack();
    for (let second = 0; second < 86_400; second++) track.change(second * 1000, second % 97, 1000);
    expect(JSON.stringify(track).length).toBeLessThan(100_000);
    expect(track.usersAt(86_400_000)).toBe(86_399 % 97);
  });
});
