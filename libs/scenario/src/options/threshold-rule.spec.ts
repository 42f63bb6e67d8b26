import { thresholdRuleProblem, thresholdText } from './threshold-rule.js';

describe('thresholds in the object form', () => {
  it.each([
    ['p95<500', 'p95<500'],
    [{ threshold: 'p95<500' }, 'p95<500'],
    [{ threshold: 'p95<500', abortOnFail: false, delayAbortEval: '10s' }, 'p95<500'],
    [{ threshold: 'p95<500', abortOnFail: true }, 'p95<500 or abort'],
    [{ threshold: 'p95<500', abortOnFail: true, delayAbortEval: '0s' }, 'p95<500 or abort'],
    [{ threshold: 'p95<500 over 30s', abortOnFail: true, delayAbortEval: 90 }, 'p95<500 over 30s or abort after 1m30s'],
  ])('become words: %j', (rule, text) => {
    expect(thresholdRuleProblem(rule, 'x')).toBeUndefined();
    expect(thresholdText(rule)).toBe(text);
  });

  it.each([
    [5, /^x$/],
    ['', /^x$/],
    [{ threshold: 5 }, /expected "threshold" to be a text/],
    [{ threshold: 'a', abortOnFial: true }, /no "abortOnFial" \(did you mean "abortOnFail"\?\)/],
    [{ threshold: 'a', abortOnFail: 'yes' }, /"abortOnFail" to be true or false/],
    [{ threshold: 'a', abortOnFail: true, delayAbortEval: '10 parsecs' }, /whole seconds or a text such as "10s"/],
    [{ threshold: 'a', abortOnFail: true, delayAbortEval: -1 }, /whole seconds/],
  ])('refuse %j', (rule, problem) => {
    expect(thresholdRuleProblem(rule, 'x')).toMatch(problem);
  });
});
