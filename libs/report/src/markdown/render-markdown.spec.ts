import { compareRuns } from '@loadstar/stats';
import { sampleReport } from '../testing/sample-report.js';
import { renderMarkdown } from './render-markdown.js';

describe('Markdown', () => {
  it('says verdict, reasons, numbers, thresholds and names', () => {
    const text = renderMarkdown(sampleReport(90).summary);
    expect(text).toMatch(
      /^## ❌ Load test failed: spike-load\.ts\n\n- Threshold not met: request\\_failed rate&lt;0\.01\n/,
    );
    expect(text).toMatch(/requests in 1 min 30 s against http:\/\/localhost:5001 by up to 50 users/);
    expect(text).toContain('| ✅ | `request_duration{name:/users}` | `p95<500` |');
    expect(text).toContain('| ❌ | `request_failed` | `rate<0.01` |');
    expect(text).toContain('| `GET /search?q=[words]` |');
  });

  it('tells how the run compares with its baseline', () => {
    const { summary, details } = sampleReport(90);
    const label = { label: 'main', sliced: details.slices };
    const text = renderMarkdown({
      ...summary,
      comparison: compareRuns(label, { ...label, label: 'this' }, { replicates: 200 }),
    });
    expect(text).toMatch(/### ✅ Against main: no change/);
  });

  it('takes names and errors as text', () => {
    const { summary } = sampleReport(3);
    const nasty = '<img src=x> @somebody | [link](http://x) `code` **bold**\n# title';
    const text = renderMarkdown({
      ...summary,
      meta: { ...summary.meta, verdictReasons: [nasty] },
      failures: [{ method: 'GET', name: nasty, error: nasty, occurrences: 1, firstSeen: '', lastSeen: '' }],
    });
    const outsideCode = text.replace(/`[^`\n]*`/g, '');
    expect(outsideCode).not.toMatch(/<img|(?<!\\)\[link|@somebody|^# title/m);
    for (const line of text.split('\n').filter((one) => one.startsWith('| '))) {
      expect(line.replaceAll('\\|', '').split('|').length).toBeLessThanOrEqual(8);
    }
  });
});
