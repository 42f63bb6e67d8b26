import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { LoadstarError } from '@loadstar/shared';
import * as publicApi from '../public.js';
import { scenarioApiNames } from '../api.js';
import { bundleScenario } from './bundle-scenario.js';
import { NodeRunner } from './testing/run-in-node.js';

let folder: string;
let runner: NodeRunner;

beforeAll(async () => {
  runner = await NodeRunner.create();
}, 60_000);
afterAll(() => runner.dispose());

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loadstar-scenario-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function files(contents: Record<string, string>): Promise<string> {
  for (const [name, text] of Object.entries(contents)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return join(folder, Object.keys(contents)[0]!);
}

async function problemOf(promise: Promise<unknown>): Promise<LoadstarError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(LoadstarError);
  return error as LoadstarError;
}

const decorated = `
  import { HttpUser, TaskSet, between, tag, task, type Options } from 'loadstar';
  class Forum extends TaskSet { @task() leave() { this.interrupt(); } }
  export class AUser extends HttpUser {
    static override weight = 2;
    override waitTime = between(1, 3);
    @tag('read') @task(3) async list() { await this.http.get('/users'); }
    @task async home() {}
    @task(2) static forum = Forum;
  }
  export const options: Options = { thresholds: { request_failed: ['rate<0.05'] } };
  export const probe = () => [AUser.forum.name, new AUser({ random: { between: () => 2 } } as never).waitTime()];
`;

describe('a bundle', () => {
  test('holds relative modules with and without extension, packages, JSON, text, enums and top-level await', async () => {
    const file = await files({
      'main.ts': `
        import { one } from './lib/one.js';
        import { two } from './lib/two';
        import greet from 'greeter';
        import legacy from 'old-style';
        import data from './data.json' with { type: 'json' };
        import rows from './rows.csv';
        import { randomInt } from 'loadstar';
        enum Colour { red = 'RED' }
        const later = await Promise.resolve('later');
        const require = (name: string) => name;
        export const probe = [one, two, greet('x'), legacy.sep, data.answer, rows.trim(), Colour.red, later, randomInt(4, 4), require('mine')];
      `,
      'lib/one.ts': `export const one: number = 1;`,
      'lib/two.ts': `export const two = 2 as const;`,
      'data.json': `{ "answer": 42 }`,
      'rows.csv': `a,b\n`,
      'node_modules/greeter/package.json': `{ "name": "greeter", "type": "module", "exports": "./index.js" }`,
      'node_modules/greeter/index.js': `export default (name) => 'hello ' + name;`,
      'node_modules/old-style/package.json': `{ "name": "old-style", "main": "index.js" }`,
      'node_modules/old-style/index.js': `const path = require('path'); module.exports = { sep: path.posix.sep };`,
    });
    const bundle = await bundleScenario(file);
    await rm(folder, { recursive: true });
    const [answer] = await runner.run(bundle.code);
    expect(answer).toEqual({ probe: [1, 2, 'hello x', '/', 42, 'a,b', 'RED', 'later', 4, 'mine'], description: null });
  });

  test.each([
    ['standard', undefined],
    ['legacy', `{ "compilerOptions": { "experimentalDecorators": true, "useDefineForClassFields": false } }`],
  ])('compiles %s decorators, as the tsconfig beside it says', async (_style, tsconfig) => {
    const file = await files({ 'main.ts': decorated, ...(tsconfig ? { 'tsconfig.json': tsconfig } : {}) });
    const [answer] = await runner.run((await bundleScenario(file)).code);
    expect(answer?.description?.userClasses).toEqual([
      {
        name: 'AUser',
        weight: 2,
        fixedCount: 0,
        tasks: [
          { name: 'list', ratio: 3 / 6, tasks: [] },
          { name: 'home', ratio: 1 / 6, tasks: [] },
          { name: 'forum', ratio: 2 / 6, tasks: [{ name: 'leave', ratio: 1, tasks: [] }] },
        ],
      },
    ]);
    expect(answer?.probe).toEqual(['Forum', 2]);
  });

  test('of plain JavaScript needs no decorators', async () => {
    const file = await files({
      'main.mjs': `
        import { HttpUser } from 'loadstar';
        export class JsUser extends HttpUser {
          static tasks = { list: 3, home: 1 };
          async list() {}
          async home() {}
        }`,
    });
    const [answer] = await runner.run((await bundleScenario(file)).code);
    expect(answer?.description?.userClasses[0]?.tasks.map(({ name, ratio }) => [name, ratio])).toEqual([
      ['list', 0.75],
      ['home', 0.25],
    ]);
  });

  test('has a hash of its content: equal for equal content, different after a change', async () => {
    const file = await files({ 'main.ts': `export const probe = 1;` });
    const first = await bundleScenario(file);
    expect(await bundleScenario(file)).toEqual(first);
    await files({ 'main.ts': `export const probe = 2;` });
    expect((await bundleScenario(file)).hash).not.toBe(first.hash);
    expect(first).toMatchObject({
      name: 'main.ts',
      sourceFile: file,
      hash: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
  });

  test('leaves nothing beside the scenario', async () => {
    const file = await files({ 'main.ts': `export const probe = 1;` });
    await bundleScenario(file);
    expect(await readdir(folder)).toEqual(['main.ts']);
  });

  test('offers exactly the names of the public entry', () => {
    expect([...scenarioApiNames].sort()).toEqual(Object.keys(publicApi).sort());
    expect(scenarioApiNames).toEqual(expect.arrayContaining(['HttpUser', 'task', 'between', 'LoadTestShape', 'sleep']));
  });
});

describe('stack traces', () => {
  test('point into the author’s files, for a throw in a task and for one while loading', async () => {
    const running = await files({
      'main.ts': `import { fail } from './helper';\ninterface Padding { a: string }\nexport const probe = () => { try { fail(); } catch (error) { return (error as Error).stack; } };`,
      'helper.ts': `type Nothing = never;\n\nexport function fail(): Nothing {\n  throw new Error('on purpose');\n}`,
    });
    const loading = await files({
      'broken.ts': `interface Nothing {}\nconst list: string[] = [];\nexport const length = list[0]!.length;`,
    });
    const codes = [(await bundleScenario(running)).code, (await bundleScenario(loading)).code] as const;
    const [thrown, unloadable] = await runner.run(...codes);
    expect(thrown?.probe).toContain(`${join(folder, 'helper.ts')}:4:9`);
    expect(thrown?.probe).toContain(`${join(folder, 'main.ts')}:3:`);
    expect(unloadable?.problem?.code).toBe('SCENARIO_THREW');
    expect(unloadable?.problem?.details.detail).toContain('TypeError: Cannot read properties of undefined');
    expect(unloadable?.problem?.details.detail).toContain(`${join(folder, 'broken.ts')}:3:`);
  });

  test('of a mistake in a call of the API name the author’s line', async () => {
    const file = await files({
      'main.ts': `import { between } from 'loadstar';\n\nexport const wait = between(3, 1);`,
    });
    const [answer] = await runner.run((await bundleScenario(file)).code);
    expect(answer?.problem?.code).toBe('SCENARIO_INVALID');
    expect(answer?.problem?.details.detail).toContain('between(3, 1): the first bound is above the second');
    expect(answer?.problem?.details.detail).toContain(`${join(folder, 'main.ts')}:3:`);
  });
});

describe('errors', () => {
  test('a syntax error names file, line and column, and shows the line', async () => {
    const file = await files({ 'main.ts': `export const a = 1;\nexport const b = = 2;\n` });
    const error = await problemOf(bundleScenario(file));
    expect(error.code).toBe('SCENARIO_COMPILE');
    expect(error.message).toContain('main.ts:2:18: Unexpected "="\n    export const b = = 2;');
    expect(error.fields).toEqual([{ field: 'main.ts:2:18', problem: 'Unexpected "="' }]);
  });

  test('every missing package and file is listed with its line', async () => {
    const file = await files({
      'main.ts': `import a from 'not-there';\nimport b from './gone.js';\nexport const probe = [a, b];`,
    });
    const error = await problemOf(bundleScenario(file));
    expect(error.message).toContain('main.ts:1:15: the package "not-there" is not installed');
    expect(error.message).toContain('main.ts:2:15: Could not resolve "./gone.js"');
  });

  test('a name that loadstar does not have is refused with its line', async () => {
    const file = await files({ 'main.ts': `import { HttpUsr } from 'loadstar';\nexport class A extends HttpUsr {}` });
    const error = await problemOf(bundleScenario(file));
    expect(error.code).toBe('SCENARIO_COMPILE');
    expect(error.message).toContain('main.ts:1:10: "loadstar" exports no "HttpUsr" (did you mean "HttpUser"?)');
  });

  test('a missing file is told together with what there is', async () => {
    await files({ 'simple.ts': '', 'notes.md': '', 'types.d.ts': '' });
    const error = await problemOf(bundleScenario(join(folder, 'smple.ts')));
    expect(error.code).toBe('SCENARIO_NOT_FOUND');
    expect(error.hint).toBe('Use one of: simple.ts.');
    await expect(bundleScenario(folder)).rejects.toMatchObject({ code: 'SCENARIO_NOT_FOUND' });
  });
});
