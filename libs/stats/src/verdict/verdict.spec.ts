import fc from 'fast-check';
import { headerOf } from '../testing/random-stats.js';
import { GeneratorWatch } from './generator-watch.js';
import { judgeRun, type RunFacts } from './verdict.js';

const met = { selector: 'request_failed', expression: 'rate<0.1', value: 0, passed: true, reason: null };
const missed = { ...met, value: 0.5, passed: false, reason: '0.5 is not < 0.1' };
const clean: RunFacts = { thresholds: [met], requests: 1_000 };

/** A worker that was strained in the first `strained` of 60 seconds. */
function watched(strained: number, health: object, worker = 'worker-2') {
  const watch = new GeneratorWatch();
  for (let second = 0; second < 60; second++) {
    const header = headerOf({ worker, elapsedMs: second * 1_000 });
    watch.observe(second < strained ? { ...header, health: { ...header.health, ...health } } : header);
  }
  watch.observe(headerOf({ worker, phase: 'preparing', health: { ...headerOf().health, ...health } }));
  return watch.records();
}

describe('judgeRun', () => {
  it.each<[string, Partial<RunFacts>, string, number, RegExp | undefined]>([
    ['a clean run', {}, 'passed', 0, undefined],
    [
      'a failed threshold',
      { thresholds: [met, missed] },
      'failed',
      99,
      /^threshold request_failed rate<0.1: 0.5 is not < 0.1$/,
    ],
    ['no request', { requests: 0 }, 'invalid', 98, /^no request was made$/],
    ['only throws', { requests: 0, exception: 'boom' }, 'invalid', 98, /^no request was made, and users threw: boom$/],
    ['nobody left', { nobodyLeft: true }, 'invalid', 98, /no load generator was left/],
    [
      'a lost worker',
      { lost: [{ kind: 'worker', name: 'w1', detail: 'unheard for 10 s' }] },
      'degraded',
      98,
      /^worker w1 was lost: unheard for 10 s$/,
    ],
    ['unreported requests', { unreportedAtMost: 7 }, 'degraded', 98, /at most 7 requests/],
    ['an edit', { edits: ['users changed to 50 at 12 s'] }, 'degraded', 98, /users changed/],
    ['an incident', { incidents: ['teardown() failed'] }, 'degraded', 98, /teardown/],
    [
      'few dropped arrivals',
      { arrivals: { planned: 10_000, dropped: 5 } },
      'degraded',
      98,
      /5 of 10000 planned arrivals \(0.05 %\)/,
    ],
    [
      'many dropped arrivals',
      { arrivals: { planned: 1_000, dropped: 250 } },
      'invalid',
      98,
      /250 of 1000 planned arrivals \(25 %\)/,
    ],
    [
      'failed under less than planned',
      { thresholds: [missed], arrivals: { planned: 1_000, dropped: 250 } },
      'failed',
      99,
      /threshold/,
    ],
    [
      'failed and a lost worker',
      { thresholds: [missed], lost: [{ kind: 'engine', name: 'e1' }] },
      'failed',
      99,
      /threshold/,
    ],
    ['a signal', { stoppedBySignal: true }, 'passed', 105, undefined],
    ['a signal and a failure', { stoppedBySignal: true, thresholds: [missed] }, 'failed', 99, /threshold/],
  ])('judges %s', (_, facts, verdict, exitCode, reason) => {
    const judgement = judgeRun({ ...clean, ...facts });
    expect(judgement).toMatchObject({ verdict, exitCode });
    if (reason === undefined) expect(judgement.reasons).toEqual([]);
    else expect(judgement.reasons[0]).toMatch(reason);
  });

  it.each([
    [{ loopLagMs: 90 }, /worker worker-2 was overloaded: its event loop was late by up to 90 ms in 20 of 60 seconds/],
    [{ loopUtilisation: 0.99 }, /its event loop was busy more than 95 % of the time in 20 of 60 seconds/],
    [{ errorBoundMs: 33.3 }, /its times may be too long by up to 33.3 ms in 20 of 60 seconds/],
    [{ scheduleLagMs: 400 }, /it started what was planned up to 400 ms late in 20 of 60 seconds/],
  ])('names the worker that was strained by %j', (health, words) => {
    const { verdict, reasons } = judgeRun({ ...clean, thresholds: [missed], generators: watched(20, health) });
    expect(verdict).toBe('invalid');
    expect(reasons[0]).toMatch(words);
  });

  it('forgives a hiccup, and says what is more', () => {
    expect(judgeRun({ ...clean, generators: watched(4, { loopLagMs: 90 }) }).verdict).toBe('passed');
    expect(judgeRun({ ...clean, generators: watched(6, { loopLagMs: 90 }) }).verdict).toBe('degraded');
  });

  it('never passes with a reason, and never gives a verdict without one', () => {
    const words = fc.array(fc.string(), { maxLength: 30 });
    fc.assert(
      fc.property(fc.nat(5), fc.boolean(), words, words, fc.nat(100), (requests, fails, edits, incidents, dropped) => {
        const facts = {
          thresholds: fails ? [missed] : [],
          requests,
          edits,
          incidents,
          arrivals: { planned: 100, dropped },
        };
        const { verdict, reasons, exitCode } = judgeRun(facts);
        expect(verdict === 'passed').toBe(reasons.length === 0);
        expect(exitCode === 0).toBe(verdict === 'passed');
        expect(reasons.length).toBeLessThan(70);
      }),
    );
  });
});
