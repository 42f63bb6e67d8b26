import { SeededRandom } from '@loadstar/shared';
import { installScenarioRuntime, sleep } from '../runtime/runtime.js';
import { randomChoice, randomInt, randomString } from './random.js';

afterEach(() => installScenarioRuntime(undefined));

const runtime = (seed: string) => ({ random: new SeededRandom(seed), sleep: () => Promise.resolve() });

test('draw from the stream that the engine lends', () => {
  const draw = () => [randomInt(1, 1000), randomChoice(['a', 'b', 'c']), randomString(8)];
  installScenarioRuntime(runtime('one'));
  const first = draw();
  installScenarioRuntime(runtime('one'));
  expect(draw()).toEqual(first);
  installScenarioRuntime(runtime('two'));
  expect(draw()).not.toEqual(first);
});

test('stay within their bounds', () => {
  const numbers = new Set(Array.from({ length: 500 }, () => randomInt(-1, 2)));
  expect([...numbers].sort((a, b) => a - b)).toEqual([-1, 0, 1, 2]);
  expect(randomString(200, 'xy')).toMatch(/^[xy]{200}$/);
  expect(randomString(0)).toBe('');
});

test.each([
  [() => randomInt(2, 1), 'randomInt(2, 1): give two whole numbers, the lower first'],
  [() => randomInt(0.5, 1), 'randomInt(0.5, 1): give two whole numbers, the lower first'],
  [() => randomChoice([]), 'randomChoice([]): the list is empty'],
  [() => randomString(-1), 'randomString(-1): give a length 0..1000000 and an alphabet that is not empty'],
  [() => sleep(1), 'sleep() only works in a running test; call it in a task or in setup()'],
])('%s is refused', (call, detail) => {
  expect(call).toThrow(expect.objectContaining({ code: 'SCENARIO_INVALID', details: { detail } }));
});
