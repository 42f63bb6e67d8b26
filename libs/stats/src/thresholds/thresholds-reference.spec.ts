/** Every metric, tag and statistic of the language against the plainest judge there is: the raw samples, one by one. */
import fc from 'fast-check';
import { RunStats } from '../run-stats/run-stats.js';
import { evaluateThresholds } from './evaluate.js';

interface Sample {
  name: string;
  method: string;
  user_class: string;
  /** Microseconds, up to 2047: the histogram is exact there, so that both judges must agree to the last bit. */
  serviceUs: number;
  waitedUs: number;
  failed: boolean;
  bytes: number;
  check: string | undefined;
  checkPassed: boolean;
}

const sample = fc.record<Sample>({
  name: fc.constantFrom('/a', '/a,b', '/users/[id]'),
  method: fc.constantFrom('GET', 'POST'),
  user_class: fc.constantFrom('Browse', 'Buy'),
  serviceUs: fc.integer({ min: 0, max: 1_000 }),
  waitedUs: fc.integer({ min: 0, max: 1_000 }),
  failed: fc.boolean(),
  bytes: fc.nat(5_000),
  check: fc.constantFrom(undefined, 'has a name', 'is fast'),
  checkPassed: fc.boolean(),
});

function statsOf(samples: readonly Sample[]): RunStats {
  const stats = new RunStats();
  for (const { name, method, user_class, serviceUs, waitedUs, failed, bytes, check, checkPassed } of samples) {
    const series = stats.series({ userClass: user_class, method, name });
    series.start();
    series.finish(failed ? 'status' : 'ok', serviceUs, serviceUs + waitedUs, bytes, 0);
    if (check !== undefined) stats.check(check, checkPassed);
  }
  return stats;
}

type Tags = Partial<Pick<Sample, 'name' | 'method' | 'user_class'>>;

const tags = fc.record<Tags>(
  {
    name: fc.constantFrom('/a', '/a,b', '/users/[id]', '/nowhere'),
    method: fc.constantFrom('GET', 'POST'),
    user_class: fc.constantFrom('Browse', 'Buy'),
  },
  { requiredKeys: [] },
);

const percentile = fc.constantFrom(0, 1, 25, 50, 66.6, 90, 95, 99, 99.9, 100);

/** The language's words for a rule, and what it asks of samples; undefined: there is nothing to ask. */
interface Rule {
  readonly metric: string;
  readonly statistic: string;
  value(samples: readonly Sample[], seconds: number): number | undefined;
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

function timesRule(metric: 'request_duration' | 'service_duration', statistic: string, p?: number): Rule {
  return {
    metric,
    statistic,
    value(samples) {
      const us = samples
        .map(({ serviceUs, waitedUs }) => serviceUs + (metric === 'request_duration' ? waitedUs : 0))
        .sort((a, b) => a - b);
      if (us.length === 0) return undefined;
      // Nearest rank: the least value that so many percent of all are not above.
      const rank = (percent: number): number => us[Math.max(1, Math.ceil((percent * us.length) / 100 - 1e-9)) - 1]!;
      if (p !== undefined) return rank(p) / 1_000;
      switch (statistic) {
        case 'avg':
          return sum(us) / us.length / 1_000;
        case 'min':
          return us[0]! / 1_000;
        case 'max':
          return us.at(-1)! / 1_000;
        case 'med':
          return rank(50) / 1_000;
        default:
          return us.length;
      }
    },
  };
}

const timesMetric = fc.constantFrom('request_duration' as const, 'service_duration' as const);
const rule = fc.oneof(
  fc
    .tuple(timesMetric, fc.constantFrom('avg', 'min', 'max', 'med', 'count'))
    .map(([metric, word]) => timesRule(metric, word)),
  fc
    .tuple(timesMetric, percentile, fc.boolean())
    .map(([metric, p, k6]) => timesRule(metric, k6 ? `p(${p})` : `p${p}`, p)),
  fc.constantFrom('rate', 'count', 'burn(90%)').map((statistic): Rule => ({
    metric: 'request_failed',
    statistic,
    value(samples) {
      const failed = samples.filter((each) => each.failed).length;
      if (samples.length === 0) return undefined;
      if (statistic === 'count') return failed;
      return failed / samples.length / (statistic === 'rate' ? 1 : 1 - 0.9);
    },
  })),
  fc
    .tuple(fc.constantFrom('requests', 'data_received'), fc.constantFrom('count', 'rate'))
    .map(([metric, statistic]): Rule => {
      const amount = (samples: readonly Sample[]): number =>
        metric === 'requests' ? samples.length : sum(samples.map(({ bytes }) => bytes));
      return {
        metric,
        statistic,
        value: (samples, seconds) =>
          samples.length === 0 ? undefined : amount(samples) / (statistic === 'count' ? 1 : seconds),
      };
    }),
);

const signs: Record<string, (value: number, limit: number) => boolean> = {
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
  '==': (value, limit) => value === limit,
  '!=': (value, limit) => value !== limit,
};
const sign = fc.constantFrom(...Object.keys(signs));
/** Near what was measured, and often it, so that the border between the two is met. */
const distance = fc.constantFrom(-0.5, -0.001, 0, 0, 0.001, 0.5, 3);
const samplesOf = fc.array(sample, { maxLength: 40 });
const secondsOf = fc.integer({ min: 1, max: 60 });

function agree(selector: string, statistic: string, expected: number | undefined, stats: RunStats, seconds: number) {
  return (word: string, by: number): void => {
    const limit = (expected ?? 1) + by;
    const [result] = evaluateThresholds({ [selector]: [`${statistic}${word}${limit}`] }, stats, seconds);
    if (expected === undefined) {
      expect(result).toMatchObject({ passed: false, value: null, missing: 'data' });
      return;
    }
    expect(result!.value).toBe(expected);
    expect(result!.passed).toBe(signs[word]!(expected, limit));
  };
}

describe('thresholds and a plain judge of the raw samples', () => {
  it('agree on requests of any name, method and user class', () => {
    fc.assert(
      fc.property(samplesOf, tags, rule, sign, distance, secondsOf, (samples, chosen, asked, word, by, seconds) => {
        const pairs = Object.entries(chosen);
        const selector =
          asked.metric + (pairs.length === 0 ? '' : `{${pairs.map((pair) => pair.join(':')).join(',')}}`);
        const matching = samples.filter((each) => pairs.every(([tag, value]) => each[tag as keyof Tags] === value));
        agree(selector, asked.statistic, asked.value(matching, seconds), statsOf(samples), seconds)(word, by);
      }),
      { numRuns: 3_000 },
    );
  });

  it('agree on checks, together and one by one', () => {
    const which = fc.constantFrom(undefined, 'has a name', 'is fast', 'never made');
    const statistics = fc.constantFrom('rate', 'count', 'burn(90%)');
    fc.assert(
      fc.property(samplesOf, which, statistics, sign, distance, (samples, check, statistic, word, by) => {
        const made = samples.filter((each) => each.check !== undefined && (check ?? each.check) === each.check);
        const passed = made.filter(({ checkPassed }) => checkPassed).length;
        const rate = statistic === 'rate' ? passed / made.length : (made.length - passed) / made.length / (1 - 0.9);
        const expected = made.length === 0 ? undefined : statistic === 'count' ? passed : rate;
        const selector = check === undefined ? 'checks' : `checks{check:${check}}`;
        agree(selector, statistic, expected, statsOf(samples), 10)(word, by);
      }),
      { numRuns: 1_000 },
    );
  });
});
