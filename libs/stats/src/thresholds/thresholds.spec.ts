import fc from 'fast-check';
import { LoadstarError } from '@loadstar/shared';
import { RunStats } from '../run-stats/run-stats.js';
import { evaluateThresholds } from './evaluate.js';
import { parseThreshold } from './parse.js';

function sample(): RunStats {
  const stats = new RunStats();
  const list = stats.series({ userClass: 'A', method: 'GET', name: '/users' });
  for (let ms = 1; ms <= 100; ms++) list.finish('ok', ms * 1_000, ms * 1_000 + 500_000, 10, ms);
  const create = stats.series({ userClass: 'B', method: 'POST', name: '/users' });
  for (let n = 0; n < 25; n++) create.finish(n < 5 ? 'status' : 'ok', 2_000, 2_000, 10, n);
  stats.check('has a name', true);
  stats.check('has a name', false);
  stats.check('is fast', true);
  stats.connect.record(1_500);
  stats.iterations.started = 130;
  stats.iterations.finished = 120;
  stats.iterations.failed = 5;
  return stats;
}

function problemOf(selector: string, expression: string): string {
  try {
    parseThreshold(selector, expression);
  } catch (error) {
    if (error instanceof LoadstarError && error.code === 'SCENARIO_INVALID') return error.message;
    throw error;
  }
  return 'none';
}

describe('thresholds', () => {
  it.each([
    ['request_duration{name:/users,method:GET}', 'max<=600', 600],
    ['request_duration{method:POST}', 'p(95)<=2', 2],
    ['request_duration', 'count==125', 125],
    ['service_duration{name:/users,method:GET}', 'avg==50.5', 50.5],
    ['service_duration{name:/users,method:GET}', 'min>=1', 1],
    ['service_duration{method:GET}', ' med < 60.5 ', 50],
    ['service_duration{user_class:A}', 'p99.5<101', 100],
    ['connect_duration', 'p50==1.5', 1.5],
    ['request_failed', 'rate<0.05', 0.04],
    ['request_failed{method:POST}', 'rate!=0.1', 0.2],
    ['request_failed', 'count<=5', 5],
    ['requests', 'count>100', 125],
    ['requests{method:GET}', 'rate>=10', 10],
    ['iterations', 'count==125', 125],
    ['iterations', 'rate>12', 12.5],
    ['dropped_arrivals', 'count==0', 0],
    ['checks', 'rate>0.6', 2 / 3],
    ['checks{check:has a name}', 'rate==0.5', 0.5],
    ['checks', 'count>=2', 2],
  ])('%s: %s passes on %p', (selector, expression, value) => {
    const [result] = evaluateThresholds({ [selector]: [expression] }, sample(), 10);
    expect(result).toMatchObject({ selector, expression, passed: true, reason: null });
    expect(result!.value).toBeCloseTo(value, value > 90 ? 0 : 1);
  });

  it('fails with what was measured in words', () => {
    const [result] = evaluateThresholds({ request_failed: ['rate<0.01'] }, sample(), 10);
    expect(result).toMatchObject({ passed: false, value: 0.04, reason: '0.04 is not < 0.01' });
  });

  it.each([
    ['request_duration', 'p95<500'],
    ['request_failed', 'rate<0.05'],
    ['requests', 'count<10'],
    ['checks', 'rate>0.9'],
    ['connect_duration', 'max<5'],
    ['iterations', 'rate<5'],
    ['dropped_arrivals', 'count==0'],
  ])('fails %s: %s without data, whatever the comparison', (selector, expression) => {
    const [result] = evaluateThresholds({ [selector]: [expression] }, new RunStats(), 10);
    expect(result).toMatchObject({ passed: false, value: null });
    expect(result!.reason).toMatch(/no data/);
  });

  it('fails when the selector matches nothing', () => {
    const [result] = evaluateThresholds({ 'request_duration{name:/other}': ['p95<500'] }, sample(), 10);
    expect(result!.reason).toMatch(/no data/);
  });

  it.each([
    ['request_time', 'p95<1', /position 1: "request_time" is not a metric; known are request_duration/],
    ['request_duration{nam:/x}', 'p95<1', /position 18: "nam" is not a tag of request_duration; it takes name, method/],
    ['request_duration{name:/x,nam:/y}', 'p95<1', /position 26: "nam"/],
    ['request_duration{name:}', 'p95<1', /position 18: expected "name:value"/],
    ['request_duration{name}', 'p95<1', /expected "name:value"/],
    ['request_duration{name:/a,name:/b}', 'p95<1', /"name" was given before/],
    ['request_duration{name:/x', 'p95<1', /position 25: expected "}"/],
    ['iterations{name:/x}', 'count>1', /it takes none/],
    ['request_duration', 'p101<1', /position 1: expected one of avg, min, max, med, p\(N\) or pN/],
    ['request_duration', 'rate<1', /position 1: expected one of avg/],
    ['request_failed', 'p95<1', /position 1: expected one of rate, count/],
    ['request_duration', 'p95', /position 4: expected one of <= >= == != < >/],
    ['request_duration', 'p95=1', /position 4: expected one of <=/],
    ['request_duration', 'p95<', /position 5: expected a number/],
    ['request_duration', 'p95<5ms', /position 5: expected a number/],
    ['request_duration', '', /position 1: expected one of avg/],
    ['constructor', 'p95<1', /is not a metric/],
  ])('refuses %s: "%s" and says where and what', (selector, expression, problem) => {
    expect(problemOf(selector, expression)).toMatch(problem);
  });

  it('refuses a value that is no list of texts', () => {
    const wrong = { requests: 'count>1' } as unknown as Record<string, string[]>;
    expect(() => evaluateThresholds(wrong, sample(), 1)).toThrow(/must be a list/);
  });

  it('takes a comma in a name as part of it', () => {
    expect(parseThreshold('requests{name:/a,b,method:GET}', 'count>1').tags).toEqual({ name: '/a,b', method: 'GET' });
  });

  it('reads whatever it accepts as written', () => {
    const percentile = fc.double({ min: 0, max: 100, noNaN: true }).map((p) => Math.round(p * 100) / 100);
    const limit = fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((value) => Math.round(value * 1_000) / 1_000);
    fc.assert(
      fc.property(percentile, fc.constantFrom('<', '<=', '>', '>=', '==', '!='), limit, (p, sign, value) => {
        for (const word of [`p${p}`, `p(${p})`]) {
          const read = parseThreshold('request_duration', `${word} ${sign} ${value}`);
          expect(read.statistic).toEqual({ kind: 'percentile', percentile: p });
          expect([read.comparison, read.limit + 0]).toEqual([sign, value + 0]);
        }
      }),
    );
  });

  it('never answers otherwise than by a threshold or that error', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (selector, expression) => {
        problemOf(selector, expression);
        problemOf('request_duration', expression);
        problemOf(`request_duration{${selector}}`, 'p95<1');
      }),
    );
  });
});
