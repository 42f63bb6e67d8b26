import { stripVTControlCharacters } from 'node:util';
import { statsRows, RunStats } from '@loadstar/stats';
import { sampleReport } from '../testing/sample-report.js';
import { renderText } from './render-text.js';
import { renderLiveTable } from './stats-table.js';

describe('renderText', () => {
  const { summary } = sampleReport();

  it.each([[40], [62], [80], [100], [160]])('fits into %p columns', (width) => {
    const lines = renderText(summary, { width }).split('\n');
    const table = lines.slice(lines.indexOf('') + 1).slice(0, summary.rows.length + 2);
    for (const line of table) expect(line.length).toBeLessThanOrEqual(width);
    for (const { name } of summary.rows) expect(table.some((line) => line.includes(name.slice(0, 8)))).toBe(true);
  });

  it('gives columns up from the least important on, and keeps counts and failures', () => {
    const [, , , wide] = renderText(summary, { width: 120 }).split('\n');
    const [, , , narrow] = renderText(summary, { width: 50 }).split('\n');
    expect(wide).toMatch(/reqs +fails +req\/s +avg +min +med +p95 +p99 +max/);
    expect(narrow).toMatch(/reqs +fails/);
    expect(narrow).not.toMatch(/min/);
  });

  it('colours when told to and changes nothing else by it', () => {
    const coloured = renderText(summary, { colour: true });
    const plain = renderText(summary);
    expect(coloured).not.toBe(plain);
    expect(stripVTControlCharacters(coloured).replace(/ +$/gm, '')).toBe(plain);
    // eslint-disable-next-line no-control-regex
    expect(plain).not.toMatch(/\u001b/);
  });

  it('says verdict, thresholds, checks, failures and where an exception came from', () => {
    const text = renderText(summary);
    expect(text).toMatch(/✗ request_failed rate<0.01: 0\.021 is not < 0.01/);
    expect(text).toMatch(/✓ answers within a second: 100%/);
    expect(text).toMatch(/HTTP 503 Service Unavailable/);
    expect(text).toMatch(/spike-load\.ts:24:51/);
    expect(text).toMatch(/FAILED\n {2}Threshold not met/);
  });

  it('lets no text of a target move the cursor or forge a line', () => {
    const hostile = structuredClone(summary);
    hostile.failures[0]!.error = 'bad\u001b[2J\u001b[31m\r\nFAKE LINE\u202e';
    hostile.rows[0]!.name = '/x\u001b]0;title\u0007\nPASSED';
    hostile.meta.scenario = 'a\u009b1A';
    const text = renderText(hostile);
    // eslint-disable-next-line no-control-regex
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(text).not.toMatch(/^(FAKE LINE|PASSED)/m);
  });

  it('renders an empty run', () => {
    const text = renderText(sampleReport(0).summary);
    expect(text).toContain('No requests were made.');
    expect(text).not.toMatch(/NaN|Infinity/);
  });
});

describe('renderLiveTable', () => {
  it('shows the rows so far and the aggregated one', () => {
    const stats = new RunStats();
    stats.series({ userClass: 'A', method: 'GET', name: '/users' }).finish('ok', 12_000, 12_000, 5, 0);
    const { rows, total } = statsRows(stats);
    const lines = renderLiveTable(rows, total, { width: 100 }).split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[1]).toMatch(/^GET \/users +1 +0 +0 +12 /);
    expect(lines[2]).toMatch(/^Aggregated/);
  });
});
