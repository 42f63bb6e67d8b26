import { readScenarios } from '@loadstar/shared';
import { PoolScene, problemOf, whole } from './testing/watched-pool.js';

jest.setTimeout(60_000);

let scene: PoolScene;

beforeAll(async () => {
  scene = await PoolScene.create();
});
afterEach(() => scene.closePools());
afterAll(() => scene.dispose());

const reader = `
  import { HttpUser, constant, task } from 'loadstar';
  export class Reader extends HttpUser {
    override waitTime = constant(0.02);
    @task async list() {
      const res = await this.http.get('/users');
      this.check(res, { named: (r) => r.json().name === 'x' });
    }
  }
`;

describe('EnginePool refuses', () => {
  it('a scenario that throws while it loads, with file and line', async () => {
    const { pool } = scene.poolOf();
    const code = await scene.scenario(`const list: string[] = [];\nexport const first = list[0]!.length;\n`);
    const error = await problemOf(pool.prepare({ plan: scene.runOf(), code }));
    expect(error.code).toBe('SCENARIO_THREW');
    expect(error.message).toMatch(/scenario\.ts:2:/);
    expect((await problemOf(pool.inspect(code))).code).toBe('SCENARIO_THREW');
  });

  it('a scenario without a user class', async () => {
    const { pool } = scene.poolOf();
    const error = await problemOf(pool.inspect(await scene.scenario(`export const nothing = 1;`)));
    expect(error.code).toBe('SCENARIO_INVALID');
  });

  it('a plan that names a shape or user class that the scenario does not have', async () => {
    const { pool } = scene.poolOf();
    const code = await scene.scenario(reader);
    const shape = scene.runOf({ load: { kind: 'shape', shape: 'Nope', runTimeMs: undefined } });
    expect((await problemOf(pool.prepare({ plan: shape, code }))).message).toContain('There is no shape "Nope"');
    const classes = scene.runOf({ userClasses: ['Ghost'] });
    expect((await problemOf(pool.prepare({ plan: classes, code }))).message).toContain('no user class "Ghost"');
    const weights = scene.runOf({ classWeights: { Reader: 0 } });
    expect((await problemOf(pool.prepare({ plan: weights, code }))).code).toBe('SCENARIO_INVALID');
  });

  it('a plan that asks for more arrivals than it allows itself, whoever made it', async () => {
    const { pool } = scene.poolOf();
    const { scenarios } = readScenarios({
      a: { executor: 'constant-arrival-rate', rate: 100, duration: 5, preAllocatedVUs: 1 },
    });
    const limits = { maxUsers: 100, maxRate: 99, allowedTargets: [] };
    const plan = scene.runOf({ load: { kind: 'scenarios', scenarios, runTimeMs: undefined }, limits });
    const error = await problemOf(pool.prepare({ plan, code: await scene.scenario(reader) }));
    expect([error.code, error.details]).toEqual(['RATE_CEILING', { rate: 100, ceiling: 99 }]);
  });

  it('a setup() that fails, or whose result cannot be sent', async () => {
    const { pool } = scene.poolOf({ engines: 1 });
    const user = `import { User, task } from 'loadstar'; export class A extends User { @task work() {} }\n`;
    await pool.prepare({
      plan: scene.runOf(),
      code: await scene.scenario(`${user}export const setup = () => { throw new Error('no database'); };`),
    });
    const failed = await problemOf(pool.setup());
    expect(failed.code).toBe('SETUP_FAILED');
    expect(failed.message).toMatch(/no database[^]*scenario\.ts:2:/);
    await pool.prepare({
      plan: scene.runOf(),
      code: await scene.scenario(`${user}export const setup = () => ({ f() {} });`),
    });
    expect((await problemOf(pool.setup())).code).toBe('SETUP_FAILED');
  });

  it('a second run while one goes on', async () => {
    const { pool, until } = scene.poolOf({ engines: 1 });
    const code = await scene.scenario(reader);
    await pool.prepare({ plan: scene.runOf(), code });
    pool.start(whole);
    await until(() => true);
    expect((await problemOf(pool.prepare({ plan: scene.runOf(), code }))).code).toBe('RUN_ACTIVE');
    await pool.stop({ graceMs: 1_000 });
  });
});
