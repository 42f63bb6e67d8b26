/**
 * F11 wrong clocks: a worker whose clock is an hour ahead, one whose clock jumps back an hour in the middle of a run, and
 * a master that is started again with a clock an hour behind. Only wall clocks are wrong; nothing may be decided by them.
 *
 * Meant to go red, not tried yet: with the system clock's monotonic time taken from the wall clock.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunView, SeriesPoint } from '@loadstar/shared';
import { ratePerUser, type Scene, scene } from '../support/fault/scene.js';
import { expectAsIfNothingHappened, expectBack } from '../support/fault/unbroken.js';

jest.setTimeout(180_000);

const users = 12;
const seconds = 26;
const hourMs = 3_600_000;

/** Environment of a process whose wall clock is off by what the file says. */
function clockIn(
  stage: Scene,
  name: string,
  offsetMs: number,
): { env: Record<string, string>; jumpTo(ms: number): void } {
  const file = join(stage.folder, `${name}.clock`);
  writeFileSync(file, String(offsetMs));
  const preload = join(__dirname, '../support/fault/wall-clock.cjs');
  return {
    env: { NODE_OPTIONS: `--require ${preload}`, WALL_CLOCK: file },
    jumpTo: (ms) => writeFileSync(file, String(ms)),
  };
}

it('F11: clocks that are an hour off, and jump, change nothing: no state, no count, no second of the series', async () => {
  await scene({ name: 'F11', workers: 1 }, async (stage) => {
    const ahead = await stage.addWorker(clockIn(stage, 'ahead', hourMs).env);
    const clock = clockIn(stage, 'jumps', 0);
    const jumping = await stage.addWorker(clock.env);
    await stage.expectUsable(3);
    const offsetOf = async (id: string): Promise<number> =>
      (await stage.workersSeen()).find((worker) => worker.id === id)?.clockOffsetMs ?? NaN;
    expect(Math.abs((await offsetOf(ahead.id)) - hourMs)).toBeLessThan(2_000);

    const { id } = await stage.load({ users, runTimeSeconds: seconds });
    await stage.at(stage.draw(4, 6));
    clock.jumpTo(-hourMs);
    await stage.at(stage.elapsedMs / 1_000 + 3);
    const states = (await stage.workersSeen()).map(({ state }) => state);
    expect(states.filter((state) => state === 'running' || state === 'spawning')).toHaveLength(3);
    // It is shown, for people who compare logs.
    expect(Math.abs((await offsetOf(jumping.id)) + hourMs)).toBeLessThan(2_000);

    await stage.faults.kill(stage.master);
    await stage.startMaster(clockIn(stage, 'master', -hourMs).env);
    await expectBack(stage, 3);
    await expectAsIfNothingHappened(stage, id, { rate: users * ratePerUser, seconds });
    const run = await stage.get<RunView>(`/api/v1/runs/${id}`);
    expect(run.verdictReasons.join()).not.toMatch(/lost|heard/);
    const points = await stage.get<SeriesPoint[]>(`/api/v1/runs/${id}/series`);
    expect(points.every(({ second }) => second >= 0 && second <= seconds + 2)).toBe(true);
    const { elapsedSeconds } = await stage.get<{ elapsedSeconds: number }>(`/api/v1/runs/${id}/stats`);
    expect(Math.abs(elapsedSeconds - seconds)).toBeLessThan(4);
  });
});
