/**
 * F11 wrong clocks: a worker whose clock is an hour ahead, one whose clock jumps back an hour in the middle of a run, and
 * a master that is started again with a clock an hour behind. Only wall clocks are wrong; nothing may be decided by them.
 *
 * Seen red: with the system clock's monotonic time taken from the wall clock one worker was gone after the jump, and the other
 * two did not come back into their run.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunView, SeriesPoint } from '@loadstar/shared';
import type { RunSummary } from '@loadstar/stats';
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

/** Median response times of two equal runs at once, one on workers of each kind, milliseconds. */
async function medians(stage: Scene, kinds: readonly string[]): Promise<number[]> {
  const runs = await Promise.all(
    kinds.map((clock) => {
      const request = stage.request({ users: 4, runTimeSeconds: 4, queue: { labels: { clock } } });
      return stage.post<RunView>('/api/v1/runs', request);
    }),
  );
  return Promise.all(
    runs.map(async ({ id }) => {
      await stage.ended(id);
      const summary = await stage.get<RunSummary>(`/api/v1/runs/${id}/summary`);
      return summary.total.response.percentiles.p50;
    }),
  );
}

it('F11: clocks that are an hour off, and jump, change nothing: no state, no count, no second of the series', async () => {
  await scene({ name: 'F11', workers: 0 }, async (stage) => {
    await stage.addWorker({ LOADSTAR_LABELS: 'clock=right' });
    const ahead = await stage.addWorker({ ...clockIn(stage, 'ahead', hourMs).env, LOADSTAR_LABELS: 'clock=ahead' });
    const clock = clockIn(stage, 'jumps', 0);
    const jumping = await stage.addWorker(clock.env);
    stage.pace();
    await stage.expectUsable(3);
    const offsetOf = async (id: string): Promise<number> =>
      (await stage.workersSeen()).find((worker) => worker.id === id)?.clockOffsetMs ?? NaN;
    // Known from the way there and back of a beat, so a machine that holds one of them up makes it less sure.
    const sureMs = (): number => 100 + stage.heldUpMs;
    expect(Math.abs((await offsetOf(ahead.id)) - hourMs)).toBeLessThan(sureMs());

    const [right = 0, wrong = 0] = await medians(stage, ['right', 'ahead']);
    process.stdout.write(`  F11: a request took ${right} ms by the right clock, ${wrong} ms by the wrong one\n`);
    // Both answers took as long as the target took, 50 ms; what a busy machine adds to one of them is no matter of clocks.
    expect(Math.abs(wrong - right)).toBeLessThan(5 + Math.max(0, Math.max(right, wrong) - 55));
    expect(Math.min(right, wrong)).toBeGreaterThanOrEqual(49);

    const { id } = await stage.load({ users, runTimeSeconds: seconds });
    await stage.at(stage.draw(4, 6));
    clock.jumpTo(-hourMs);
    await stage.at(stage.elapsedMs / 1_000 + 3);
    const states = (await stage.workersSeen()).map(({ state }) => state);
    expect(states.filter((state) => state === 'running' || state === 'spawning')).toHaveLength(3);
    // It is shown, for people who compare logs.
    expect(Math.abs((await offsetOf(jumping.id)) + hourMs)).toBeLessThan(sureMs());

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
