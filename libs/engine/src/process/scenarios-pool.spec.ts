// Scenarios on real engine processes against a real server: what was planned adds up over processes.
import { readScenarios } from '@loadstar/shared';
import { isFinal, PoolScene, requestsOf, whole } from './testing/watched-pool.js';

const scenario = `
  import { HttpUser } from 'loadstar';
  export class Visitor extends HttpUser {
    static tasks = { list: 3, one: 1 };
    async list() { await this.http.get('/list'); }
    async one() { await this.http.get('/one'); }
  }
`;

jest.setTimeout(60_000);

let scene: PoolScene;
let code: string;
beforeAll(async () => {
  scene = await PoolScene.create();
  code = await scene.scenario(scenario);
});
afterEach(() => scene.closePools());
afterAll(() => scene.dispose());

const loadOf = (written: unknown) => {
  const { scenarios, problems } = readScenarios(written);
  expect(problems).toEqual([]);
  return { kind: 'scenarios' as const, scenarios, runTimeMs: undefined };
};

it('starts or drops every planned arrival of two processes, and counts under the scenario', async () => {
  const { pool, until } = scene.poolOf();
  const open = { executor: 'constant-arrival-rate', rate: 150, duration: 2, preAllocatedVUs: 20, maxVUs: 60 };
  await pool.prepare({ plan: scene.runOf({}, loadOf({ open })), code });
  pool.start(whole);
  const last = await until(isFinal);
  expect(last.header).toMatchObject({ phase: 'done', reason: 'every scenario has ended' });
  expect(last.stats.iterations.started + last.stats.droppedArrivals).toBe(300);
  expect(requestsOf(last)).toBe(last.stats.iterations.started);
  expect(new Set([...last.stats.allSeries()].map(({ key }) => key.userClass))).toEqual(new Set(['open']));
  expect(last.stats.lag.count).toBe(last.stats.iterations.started);
});

it('shares iterations out exactly, also when one process has nothing to do', async () => {
  const { pool, until } = scene.poolOf();
  const few = { executor: 'shared-iterations', vus: 1, iterations: 30, exec: 'Visitor.one' };
  await pool.prepare({ plan: scene.runOf({}, loadOf({ few })), code });
  pool.start(whole);
  const last = await until(isFinal);
  expect(last.stats.iterations).toMatchObject({ started: 30, finished: 30 });
  expect([...last.stats.allSeries()].map(({ key }) => key.name)).toEqual(['/one']);
});

it('refuses a plan whose exec names nothing, before anything starts', async () => {
  const { pool } = scene.poolOf();
  const lost = { executor: 'constant-vus', duration: 1, exec: 'Nobody' };
  const prepared = pool.prepare({ plan: scene.runOf({}, loadOf({ lost })), code });
  await expect(prepared).rejects.toMatchObject({ code: 'INVALID_INPUT' });
});
