import fc from 'fast-check';
import { RunStats } from '../run-stats/run-stats.js';
import { baselineOf } from './evaluate.js';
import { holds } from './judge-value.js';
import { ThresholdMonitor } from './monitor.js';
import { parseThreshold } from './parse.js';

/** One attempt: all that there is to know, kept as it is. */
interface Sample {
  begin: number;
  end: number;
  ms: number;
  failed: boolean;
}

function deltaOf(samples: readonly Sample[], second: number): RunStats {
  const stats = new RunStats();
  const series = stats.series({ userClass: 'A', method: 'GET', name: '/' });
  for (const { begin, end, ms, failed } of samples) {
    if (begin === second) series.start();
    if (end === second) series.finish(failed ? 'status' : 'ok', ms * 1_000, ms * 1_000, 1, second * 1_000);
  }
  return stats;
}

function monitorOf(rule: string, samples: readonly Sample[], seconds: number, selector = 'request_duration') {
  const monitor = new ThresholdMonitor({ [selector]: [rule] }, { settleMs: 0 });
  for (let second = 0; second < seconds; second++) {
    monitor.add(deltaOf(samples, second), second * 1_000, (second + 1) * 1_000);
    monitor.evaluate((second + 1) * 1_000);
  }
  return monitor.finish(seconds * 1_000)[0]!;
}

/** `count` attempts in each of the seconds from `from` to before `to`. */
function attempts(from: number, to: number, ms: number, failed = false, count = 5): Sample[] {
  return Array.from({ length: (to - from) * count }, (_, n) => {
    const second = from + Math.floor(n / count);
    return { begin: second, end: second, ms, failed };
  });
}

/** The same judgement from raw samples, as plainly as it can be said. */
function reference(rule: string, samples: readonly Sample[], seconds: number, selector: string): boolean | undefined {
  const { statistic, comparison, limit, windows, share } = parseThreshold(selector, rule);
  const value = (from: number, to: number): number | undefined => {
    const ended = samples.filter(({ end }) => end >= from && end < to);
    if (selector === 'requests') return ended.length / (to - from);
    if (ended.length === 0) return undefined;
    const bad = ended.filter(({ failed }) => failed).length / ended.length;
    if (statistic.kind === 'rate') return bad;
    if (statistic.kind === 'burn') return bad / (1 - statistic.objective);
    const sorted = ended.map(({ ms }) => ms).sort((a, b) => a - b);
    if (statistic.kind === 'avg') return sorted.reduce((sum, ms) => sum + ms, 0) / sorted.length;
    if (statistic.kind === 'max') return sorted.at(-1)!;
    if (statistic.kind !== 'percentile') throw new Error('not asked');
    return sorted[Math.max(1, Math.ceil((statistic.percentile * sorted.length) / 100)) - 1]!;
  };
  const judge = (from: number, to: number): boolean | undefined => {
    const measured = value(from, to);
    if (measured !== undefined) {
      if (selector === 'requests' && !samples.some(({ end }) => end < to)) return undefined;
      return holds(measured, comparison, limit);
    }
    return samples.some(({ begin, end }) => begin < from && end >= from) ? false : undefined;
  };
  const length = windows[0] ?? (share === undefined ? seconds : 1);
  const judged: boolean[] = [];
  for (let end = length; end <= seconds; end++) {
    const good = judge(end - length, end);
    if (good !== undefined) judged.push(good);
  }
  if (judged.length === 0) {
    if (share !== undefined || samples.every(({ end }) => end >= seconds)) return undefined;
    return judge(0, seconds);
  }
  return share === undefined ? judged.every(Boolean) : judged.filter(Boolean).length / judged.length >= share;
}

describe('ThresholdMonitor', () => {
  it('judges windows and seconds as the raw samples say', () => {
    // Milliseconds up to 2 are exact in the histogram, so that the two must agree to the last bit.
    const sample = fc.record({
      begin: fc.nat(11),
      length: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(6) }),
      ms: fc.constantFrom(0.25, 0.5, 1, 1.5, 2),
      failed: fc.boolean(),
    });
    const rule = fc.oneof(
      fc
        .tuple(
          fc.constantFrom('p50', 'p95', 'p(90)', 'max'),
          fc.constantFrom('<', '<=', '>'),
          fc.constantFrom(0.5, 1, 1.5),
        )
        .map((words) => ['request_duration', words.join('')]),
      fc.constantFrom('rate<0.5', 'rate<=0.25', 'burn(90%)<4').map((words) => ['request_failed', words]),
      fc.constantFrom('rate>0.5', 'rate<3').map((words) => ['requests', words]),
    );
    const scope = fc.oneof(
      fc.integer({ min: 1, max: 8 }).map((window) => (words: string) => `${words} over ${window}s`),
      fc.constantFrom(50, 75, 90).map((share) => (words: string) => `${share}% of seconds ${words}`),
      fc.constant((words: string) => words),
    );
    fc.assert(
      fc.property(
        fc.array(sample, { maxLength: 40 }),
        rule,
        scope,
        fc.integer({ min: 1, max: 12 }),
        (raw, [selector, words], where, seconds) => {
          const samples = raw
            .map(({ length, ...one }) => ({ ...one, end: one.begin + length }))
            .filter(({ begin }) => begin < seconds);
          const text = where(words!);
          const expected = reference(text, samples, seconds, selector!);
          const result = monitorOf(text, samples, seconds, selector);
          expect(result.passed).toBe(expected ?? false);
          if (samples.every(({ end }) => end >= seconds)) expect(result.passed).toBe(false);
        },
      ),
      { numRuns: 1_500 },
    );
  });

  it('fails on the bad last minute that the whole run hides', () => {
    const samples = [...attempts(0, 300, 1), ...attempts(300, 318, 1, true)];
    expect(monitorOf('rate<0.06', samples, 318, 'request_failed').passed).toBe(true);
    const windowed = monitorOf('rate<0.06 over 10s', samples, 318, 'request_failed');
    expect(windowed).toMatchObject({ passed: false, value: 1 });
    expect(windowed.reason).toMatch(/18 of 309 windows: 1 is not < 0.06 in seconds 301 to 310/);
  });

  it.each(['p95<500', 'p95<500 over 5s', '99% of seconds p95<500', 'avg>0'])('fails %s without data', (rule) => {
    expect(monitorOf(rule, [], 20)).toMatchObject({ passed: false, value: null, missing: 'data' });
  });

  it('takes a target that hangs for bad, and one that nobody asks for idle', () => {
    const hung = [...attempts(0, 10, 1), { begin: 9, end: 25, ms: 15_000, failed: true }];
    expect(monitorOf('rate<0.5 over 3s', hung, 24, 'request_failed')).toMatchObject({ passed: false });
    expect(monitorOf('rate<0.5 over 3s', hung, 24, 'request_failed').reason).toMatch(/no data in 12 of them/);
    expect(monitorOf('rate<0.5 over 3s', attempts(0, 10, 1), 24, 'request_failed').passed).toBe(true);
  });

  it('judges a share of seconds', () => {
    const samples = [...attempts(0, 98, 100), ...attempts(98, 100, 900)];
    expect(monitorOf('98% of seconds p95<500', samples, 100)).toMatchObject({ passed: true, value: 98 });
    const failed = monitorOf('99% of seconds p95<500', samples, 100);
    expect(failed.reason).toMatch(/98 % of 100 seconds were good; 9\d\d.* is not < 500 in second 99/);
  });

  it('asks for both windows of a burn rate to be bad', () => {
    const spike = [...attempts(0, 60, 1), ...attempts(60, 62, 1, true), ...attempts(62, 120, 1)];
    const rule = 'burn(90%)<5 over 20s and 4s';
    expect(monitorOf(rule, spike, 120, 'request_failed').passed).toBe(true);
    const outage = [...attempts(0, 60, 1), ...attempts(60, 75, 1, true)];
    expect(monitorOf(rule, outage, 75, 'request_failed').passed).toBe(false);
  });

  it('does not judge windows before "from", nor counters after the load', () => {
    const samples = [...attempts(0, 10, 900), ...attempts(10, 40, 100)];
    expect(monitorOf('p95<500 over 5s', samples, 40).passed).toBe(false);
    expect(monitorOf('p95<500 over 5s from 10s', samples, 40).passed).toBe(true);
    const monitor = new ThresholdMonitor({ requests: ['rate>=5 over 5s'] }, { settleMs: 0 });
    for (let second = 0; second < 20; second++)
      monitor.add(deltaOf(attempts(0, 20, 1), second), second * 1e3, second * 1e3 + 1e3);
    monitor.loadEnds(20_000);
    expect(monitor.finish(29_400)[0]).toMatchObject({ passed: true, value: 5 });
  });

  it('compares with a baseline, and fails without one', () => {
    const baseline = new RunStats();
    const series = baseline.series({ userClass: 'A', method: 'GET', name: '/' });
    for (let n = 0; n < 100; n++) series.finish('ok', 1_000, 1_000, 1, 1);
    const run = (rule: string, given = true) => {
      const monitor = new ThresholdMonitor(
        { request_duration: [rule] },
        { settleMs: 0, baseline: given ? baselineOf(baseline, 10) : undefined },
      );
      monitor.add(deltaOf(attempts(0, 1, 1.5), 0), 0, 1_000);
      return monitor.finish(1_000)[0]!;
    };
    expect(run('p95<baseline*2').passed).toBe(true);
    expect(run('p95<baseline+0.6 over 1s').passed).toBe(true);
    expect(run('p95<baseline*1.1').reason).toMatch(/1.5 is not < 1.1 \(from the baseline\)/);
    expect(run('p95<=baseline')).toMatchObject({ passed: false });
    expect(run('p95<baseline*2', false)).toMatchObject({ passed: false, missing: 'baseline' });
    expect(run('99% of seconds p95<baseline*2', false)).toMatchObject({ passed: false, missing: 'baseline' });
  });

  it('asks for an end when a rule with abort fails, and not before its delay', () => {
    const monitor = new ThresholdMonitor(
      { request_failed: ['rate<0.1 or abort after 5s'], request_duration: ['p95<100'] },
      { settleMs: 0 },
    );
    for (let second = 0; second < 5; second++) {
      expect(monitor.abort).toBeUndefined();
      monitor.add(deltaOf(attempts(0, 9, 1, true), second), second * 1_000, (second + 1) * 1_000);
      monitor.evaluate((second + 1) * 1_000);
    }
    expect(monitor.abort).toMatch(/request_failed rate<0.1 or abort after 5s: 1 is not < 0.1/);
  });

  it('never ends a run because there is no data yet', () => {
    const monitor = new ThresholdMonitor({ request_duration: ['p95<100 or abort'] });
    expect(monitor.evaluate(60_000)[0]).toMatchObject({ state: 'waiting', passed: false, current: null });
    expect(monitor.abort).toBeUndefined();
  });

  it('counts what comes late in a second that is still open', () => {
    const monitor = new ThresholdMonitor({ requests: ['rate>=5 over 5s'] });
    for (let second = 0; second < 20; second++) {
      if (second !== 7) monitor.add(deltaOf(attempts(0, 20, 1), second), second * 1e3, (second + 1) * 1e3);
      if (second === 12) monitor.add(deltaOf(attempts(0, 20, 1), 7), 7_000, 8_000);
      monitor.evaluate((second + 1) * 1_000);
    }
    expect(monitor.finish(20_000)[0]).toMatchObject({ passed: false, value: 4 });
  });

  it('judges users by the second, and starts anew after a reset', () => {
    const monitor = new ThresholdMonitor(
      { users: ['max<=10', 'value>3'], request_failed: ['rate<0.1 over 2s'] },
      { settleMs: 0 },
    );
    for (let second = 0; second < 10; second++) {
      monitor.users(second);
      monitor.add(deltaOf(attempts(0, 5, 1, true), second), second * 1e3, (second + 1) * 1e3);
      monitor.evaluate((second + 1) * 1_000);
    }
    expect(monitor.evaluate(10_000).map(({ state }) => state)).toEqual(['passing', 'passing', 'failing']);
    monitor.reset(10_000);
    monitor.add(deltaOf(attempts(10, 15, 1), 12), 12_000, 13_000);
    expect(monitor.finish(15_000).map(({ passed }) => passed)).toEqual([true, true, true]);
  });
});

describe('the language of windows', () => {
  it.each([
    ['p95<500 over 30s', { windows: [30] }],
    ['99% of seconds p95<500', { share: 0.99 }],
    ['burn(99.9%)<14.4 over 1h and 5m', undefined],
    ['p95<baseline*1.1', { relative: '*', limit: 1.1 }],
    [
      'p95 < baseline + 50 over 1m from 2m or abort after 10s',
      { relative: '+', limit: 50, windows: [60], fromSeconds: 120, abort: { afterSeconds: 10 } },
    ],
    ['p95===500 or abort', { comparison: '==', abort: { afterSeconds: 0 } }],
    ['p95<=baseline', { relative: '*', limit: 1 }],
  ])('reads %s', (expression, parts) => {
    const selector = parts === undefined ? 'request_failed' : 'http_req_duration{name:/users}';
    expect(parseThreshold(selector, expression)).toMatchObject(
      parts ?? { statistic: { kind: 'burn' }, windows: [3_600, 300] },
    );
  });

  it.each([
    ['p95<500 over', /position 13: expected a time such as 30s/],
    ['p95<500 over 7h', /position 14: expected a window of whole seconds, from 1s to 6h/],
    ['p95==500 over 5s and 9s', /position 10: expected one window only/],
    ['0% of seconds p95<500', /position 1: expected a share above 0 %/],
    ['99% of seconds p95<500 over 9s', /position 24: expected no window/],
    ['p95<baseline*x', /position 14: expected a number such as 1.1/],
    ['p95<500 nonsense', /position 9: expected the end/],
    ['burn(99)<1', /position 1: expected one of avg/],
  ])('refuses %s', (expression, problem) => {
    expect(() => parseThreshold('request_duration', expression)).toThrow(problem);
  });
});
