import { judgeDashboards, mayBeEmpty, queriesOf } from './dashboards.js';
import { metricNames } from './promql-names.js';

describe('metricNames', () => {
  it.each([
    ['up', ['up']],
    ['sum by (job) (rate(app_requests_total{job=~"a|b"}[5m]))', ['app_requests_total']],
    ['sum(a) by (job) / on (job) group_left (x) sum by (job) (b offset 5m) > bool 0.5', ['a', 'b']],
    ['job:app:ratio{x="by (y)"} and on () (up == 1) or vector(0)', ['job:app:ratio', 'up']],
    ['histogram_quantile(0.95, sum by (le) (rate(x_bucket[1m30s])))', ['x_bucket']],
    ["topk(20, a{b='c\"d'}) * 1e3 unless c", ['a', 'c']],
    ['vector(1)', []],
  ])('of %s', (expr, names) => {
    expect(metricNames(expr)).toEqual(names);
  });
});

describe('dashboards', () => {
  it('fill variables as Grafana does at first', () => {
    const board = {
      title: 'B',
      templating: {
        list: [
          { name: 'job', allValue: '.+', query: '', current: { value: ['$__all'] } },
          { name: 'run', allValue: null, query: '', current: { value: 'abc' } },
        ],
      },
      panels: [
        {
          title: 'P',
          targets: [{ expr: 'rate(x{job=~"$job", run="${run:raw}"}[$__rate_interval])' }],
          panels: [{ title: 'Inner', targets: [{ expr: 'up' }, {}] }],
        },
      ],
    };
    expect(queriesOf(board)).toEqual([
      { place: 'B / P', expr: 'rate(x{job=~".+", run="abc"}[1m])' },
      { place: 'B / Inner', expr: 'up' },
    ]);
  });

  it('tell a panel with nothing to show from one that reads what nobody exports', () => {
    const known = new Set(['failures_total', 'x_seconds']);
    const query = (expr: string) => ({ place: 'B / P', expr, series: 0 });
    expect(mayBeEmpty(query('rate(failures_total[1m])'), known)).toBe(true);
    expect(mayBeEmpty(query('rate(x_seconds_bucket[1m])'), known)).toBe(true);
    const finding = judgeDashboards(['a', 'b', 'c'], [query('failures_total'), query('nobody_total')], known);
    expect(finding.problems).toEqual([
      expect.objectContaining({ what: 'a query of B / P finds no data', why: 'nobody exports nobody_total' }),
    ]);
    expect(finding.details.at(-1)).toBe('nothing to show yet: B / P');
  });
});
