import type { RunView } from '@loadstar/shared';
import { arrivedMeanwhile } from './identity.js';
import { ratePerUser, type Scene } from './scene.js';
import { allRuns, expectAsIfNothingHappened, expectBack, ofAll } from './unbroken.js';

export const f3Workers = 4;
const users = 20;
const rate = users * ratePerUser;
/** Long enough for a master that takes three times as long to start as usual. */
const seconds = 30;
const downMs = 5_000;
/** How much later than the others one worker finds the new master; less than a lease. */
const lateMs = 5_000;

/** F3 as it is told in FAULTS, for any store: the scene decides which one. */
export async function killTheMaster(stage: Scene): Promise<void> {
  stage.pace();
  const { id } = await stage.load({ users, runTimeSeconds: seconds });
  await stage.at(stage.draw(4, 6));
  await stage.faults.kill(stage.master);
  await stage.at((stage.elapsedMs + downMs) / 1_000);
  // One of the four finds the new master later than the others; until then it goes on with its own part of the load.
  const mend = await stage.faults.cut(stage.worker(f3Workers - 1).wire);
  await stage.startMaster();
  const startedMs = stage.elapsedMs;
  expect((await stage.get<RunView>(`/api/v1/runs/${id}`)).state).toMatch(/running|spawning/);
  await expectBack(stage, f3Workers - 1);
  process.stdout.write(`  workers back after ${Math.round(stage.elapsedMs - startedMs)} ms\n`);
  await stage.at((startedMs + lateMs) / 1_000);
  await mend();
  const mendedMs = stage.elapsedMs;
  await expectBack(stage, f3Workers);
  await expectAsIfNothingHappened(stage, id, { rate, seconds });
  expect(await allRuns(stage)).toEqual([id]);
  const [fromMs, toMs] = [startedMs + 1_500, mendedMs];
  const meanwhile = (arrivedMeanwhile(await stage.witness(id), fromMs, toMs) * 1_000) / (toMs - fromMs);
  process.stdout.write(`  while one was missing: ${Math.round(meanwhile)} a second\n`);
  // Nobody was given the share of the one that was only late.
  expect(meanwhile).toBeLessThanOrEqual((1 + ofAll) * rate);
}
