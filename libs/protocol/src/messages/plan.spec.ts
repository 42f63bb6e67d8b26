import { LoadstarError, readScenarios } from '@loadstar/shared';
import { someDescription, somePlan } from '../testing/fake-runner.js';
import { wireCopy } from '../transport/wire-copy.js';
import { adjustMessage, descriptionAnswer, prepareMessage } from './commands.js';

const { scenarios } = readScenarios({
  users: { executor: 'ramping-vus', stages: [{ duration: '1m', target: 10 }], env: { A: 'b' } },
  open: { executor: 'constant-arrival-rate', rate: 5, duration: 10, preAllocatedVUs: 3, exec: 'Reader.list' },
});
const plan = somePlan({ load: { kind: 'scenarios', scenarios, runTimeMs: undefined } });

it('carries scenarios in plans, descriptions and changes as they are', () => {
  expect(prepareMessage.parse(wireCopy({ plan }).value)).toEqual({ plan });
  const answer = { ok: true as const, description: { ...someDescription, scenarios, stopTimeoutMs: 250 } };
  expect(descriptionAnswer.parse(wireCopy(answer).value)).toEqual(answer);
  const load = {
    atMs: 1,
    users: 0,
    spawnRate: 1,
    runTimeMs: undefined,
    userClasses: undefined,
    classWeights: undefined,
    scenarios: [{ name: 'open', rate: 7 }],
  };
  const adjust = { runId: 'r', atMs: 1, load, share: undefined };
  expect(adjustMessage.parse(wireCopy(adjust).value)).toEqual(adjust);
});

it.each([
  ['an unknown executor', { ...scenarios[0], executor: 'nonsense' }],
  ['an unknown field', { ...scenarios[0], extra: 1 }],
  ['a number out of its range', { ...scenarios[1], rate: -1 }],
  ['no object', 1],
])('refuses a scenario with %s', (_what, scenario) => {
  const bad = { plan: { ...plan, load: { kind: 'scenarios', scenarios: [scenario] } } };
  expect(() => prepareMessage.parse(bad)).toThrow(LoadstarError);
});
