import { compareRuns, type RunSummary } from '@loadstar/stats';
import { sampleReport } from '../testing/sample-report.js';
import { escapeHtml, jsonForScript, markup } from './escape.js';
import { renderHtml } from './render-html.js';

const attack = `</script><script>alert(1)</script><img src=x onerror="alert('2')">`;

/** The sample with the attack in every text that somebody else may have written. */
function hostileSummary(): RunSummary {
  const { summary, details } = sampleReport(25);
  const run = { label: 'main', sliced: details.slices };
  summary.comparison = compareRuns(run, { ...run, label: 'this' }, { replicates: 200, cautions: ['another host'] });
  const infect = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(infect);
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, infect(inner)]));
    }
    return typeof value === 'string' ? value + attack : value;
  };
  const infected = infect(summary) as RunSummary;
  infected.meta.verdict = 'failed';
  infected.meta.environment = { [attack]: attack };
  return infected;
}

describe('renderHtml', () => {
  it('escapes every text, so that no name, error or host becomes markup', () => {
    const page = renderHtml(hostileSummary(), sampleReport(5).points);
    expect(page).not.toContain('<img');
    expect(page).not.toContain('<script>alert');
    // Three charts with their data, and the script of the page itself.
    expect(page.match(/<script/g)).toHaveLength(4);
    expect(page.match(/<\/script>/g)).toHaveLength(4);
    expect(page).toContain(escapeHtml(attack));
  });

  it('shows where the run settled and how it compares, if that is known', () => {
    const { summary, points, details } = sampleReport(90);
    const without = renderHtml({ ...summary, steady: undefined } as unknown as RunSummary, points);
    expect(without).not.toContain('Steady state');
    const run = { label: 'main', sliced: details.slices };
    summary.comparison = compareRuns(run, { ...run, label: 'this' }, { replicates: 200 });
    const page = renderHtml(summary, points);
    expect(page).toContain('<h2>Steady state');
    expect(page).toMatch(/<h2>\s*Against main <small><span class="pill good">no change/);
    expect(page).toMatch(/Apdex \d\.\d\d \(satisfied within 500 ms\)/);
  });

  it('asks nothing of the network', () => {
    const { summary, points } = sampleReport();
    const page = renderHtml(summary, points);
    expect(page).not.toMatch(/\s(?:src|href|srcset|action|data)=|@import|url\(|fetch\(|XMLHttpRequest|import\(/);
    expect(page).toContain('default-src &#39;none&#39;');
  });

  it('shows verdict, figures, thresholds, charts, all percentiles, failures, exceptions, checks and environment', () => {
    const { summary, points } = sampleReport();
    const page = renderHtml(summary, points);
    for (const text of [
      'Failed',
      'Threshold not met: request_failed rate&lt;0.01',
      '/users/[id]',
      'not met',
      'Throughput',
      'Response times',
      'Planned',
      '99.99%',
      'Service time',
      'HTTP 503 Service Unavailable',
      'spike-load.ts:24:51',
      'has a name',
      'tea-4711',
      'worker-1',
    ]) {
      expect(page).toContain(text);
    }
    expect(page).not.toMatch(/NaN|undefined(?! \()|Infinity/);
  });

  it.each([
    ['light', '<html lang="en" data-theme="light">'],
    ['dark', '<html lang="en" data-theme="dark">'],
    ['auto', '<html lang="en">'],
  ] as const)('takes the theme %s', (theme, tag) => {
    const { summary, points } = sampleReport(5);
    expect(renderHtml(summary, points, { theme })).toContain(tag);
  });

  it('renders a run without anything', () => {
    const { summary } = sampleReport(0);
    const page = renderHtml({ ...summary, meta: { ...summary.meta, verdict: null, verdictReasons: [] } }, []);
    expect(page).toContain('No requests were made');
    expect(page).toContain('No verdict');
    expect(page).not.toMatch(/NaN|Infinity/);
  });

  it('draws what a search for the capacity found, step by step', () => {
    const { summary, points } = sampleReport(5);
    const step = (number: number, rate: number, passed: boolean) => ({
      ...{ number, rate, passed, trusted: true, fromSeconds: 0, seconds: 5, achievedRate: Math.min(rate, 400) },
      ...{ meanMs: 2, p95Ms: 3, failRatio: passed ? 0 : 0.4, reason: passed ? null : `too many ${attack}` },
    });
    const capacity = {
      ...{ outcome: 'found' as const, capacity: 398, failedRate: 407, estimate: 402, confirmed: true, capRate: 2_000 },
      ...{ knee: null, running: null, steps: [step(1, 200, true), step(2, 800, false), step(3, 398, true)] },
    };
    const page = renderHtml({ ...summary, capacity }, points);
    expect(page).toContain('398/s, held twice; 407/s was not held (2.3% more)');
    expect(page.match(/class="step held"/g)).toHaveLength(2);
    expect(page.match(/class="step missed"/g)).toHaveLength(1);
    expect(page).not.toContain('<img');
    expect(page).not.toMatch(/NaN|Infinity/);
  });

  it('stays small for a day-long run', () => {
    const { summary, points } = sampleReport(10);
    const day = Array.from({ length: 86_400 }, (_, second) => ({ ...points[second % 10]!, second }));
    const page = renderHtml({ ...summary, meta: { ...summary.meta, elapsedSeconds: 86_400 } }, day);
    expect(page.length).toBeLessThan(300_000);
    expect(page).toContain('Each point stands for 144 seconds');
  });
});

describe('markup', () => {
  it('escapes values and joins lists, but keeps what a template made', () => {
    expect(markup`<b title="${'"'}">${['<', 1, markup`<hr>`]}${undefined}</b>`.text).toBe(
      '<b title="&quot;">&lt;1<hr></b>',
    );
  });

  it('writes JSON that cannot end its script', () => {
    const { text } = jsonForScript({ name: '</script><!--' });
    expect(text).not.toContain('<');
    expect(JSON.parse(text)).toEqual({ name: '</script><!--' });
  });
});
