import { renderJson } from './json/render-json.js';
import { reportFormats } from './report-formats.js';
import { formatBytes, formatDuration, formatMs, formatNumber, formatPercent } from './format/numbers.js';
import { sampleReport } from './testing/sample-report.js';

describe('reportFormats', () => {
  it('renders every format into files of their own names', () => {
    const { summary, points } = sampleReport(5);
    const files = Object.values(reportFormats).flatMap((format) => format.render(summary, points));
    expect(files.map(({ suffix }) => suffix)).toEqual([
      '.txt',
      '.json',
      '_stats.csv',
      '_failures.csv',
      '_exceptions.csv',
      '_stats_history.csv',
      '.html',
      '.xml',
      '.md',
      '.hlog',
    ]);
    for (const { content } of files) expect(content.length).toBeGreaterThan(20);
  });

  it('renders the same bytes from the same numbers', () => {
    const { summary, points } = sampleReport(5);
    const again = sampleReport(5);
    for (const format of Object.values(reportFormats)) {
      expect(format.render(summary, points)).toEqual(format.render(again.summary, again.points));
    }
  });

  it('writes summary and seconds as JSON that reads back', () => {
    const { summary, points } = sampleReport(5);
    expect(JSON.parse(renderJson(summary, points))).toEqual({ ...summary, series: points });
  });
});

describe('numbers for people', () => {
  it.each([
    [formatNumber(0), '0'],
    [formatNumber(0.0211), '0.021'],
    [formatNumber(4.166), '4.17'],
    [formatNumber(41.66), '41.7'],
    [formatNumber(1_234.5), '1,235'],
    [formatMs(0.421), '0.42 ms'],
    [formatMs(1_250), '1.25 s'],
    [formatMs(126_000), '2.1 min'],
    [formatPercent(0), '0%'],
    [formatPercent(1), '100%'],
    [formatPercent(0.000_001), '<0.01%'],
    [formatPercent(0.999_999), '>99.99%'],
    [formatPercent(0.0211), '2.11%'],
    [formatBytes(999), '999 B'],
    [formatBytes(1_311), '1.31 kB'],
    [formatDuration(9.5), '9.5 s'],
    [formatDuration(90), '1 min 30 s'],
    [formatDuration(7_380), '2 h 3 min'],
  ])('%j is %j', (text, expected) => {
    expect(text).toBe(expected);
  });
});
