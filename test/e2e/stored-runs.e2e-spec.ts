import type { ComparisonView, RunView } from '@loadstar/shared';
import { loadstar } from '../support/command.js';
import { eventually } from '../support/eventually.js';
import { type Platform, startPlatform } from '../support/platform.js';

jest.setTimeout(300_000);

/** What can be had of runs that a real master has stored, by REST and by the command line. */
describe('stored runs of a master', () => {
  let platform: Platform;
  const ids: string[] = [];
  beforeAll(async () => {
    platform = await startPlatform({ workers: 0, target: { TARGET_LIST_DELAY_MS: '5', TARGET_GET_DELAY_MS: '5' } });
    await platform.addWorker();
    await platform.expectWorkers(1);
    for (let run = 0; run < 2; run++) {
      const response = await fetch(`${platform.masterUrl}/api/v1/runs`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ users: 10, spawnRate: 100, runTimeSeconds: 14, ...(run > 0 && { baseline: 'main' }) }),
      });
      const { id } = (await response.json()) as RunView;
      ids.push(id);
      await eventually(async () => {
        const { state } = await platform.get<RunView>(`/api/v1/runs/${id}`);
        if (state !== 'finished') throw new Error(`run ${id} is ${state}`);
      }, 90_000);
      if (run === 0) await name('main', id);
    }
  });
  afterAll(() => platform?.stop());

  const name = async (baseline: string, runId: string): Promise<void> => {
    const response = await fetch(`${platform.masterUrl}/api/v1/baselines/${baseline}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ runId }),
    });
    expect(response.status).toBe(200);
  };

  it.each([
    ['html', 'text/html', /<!doctype html>/i],
    ['json', 'application/json', /"slices"/],
    ['csv', 'text/csv', /Request Count/],
    ['csv&part=stats_history', 'text/csv', /Timestamp/],
    ['junit', 'application/xml', /<testsuites/],
    ['markdown', 'text/markdown', /Load test/],
    ['hlog', 'text/plain', /HistogramLog|#\[/],
    ['text', 'text/plain', /requests/],
  ])('are reported as %s', async (format, mediaType, words) => {
    const response = await fetch(`${platform.masterUrl}/api/v1/runs/${ids[0]}/report?format=${format}&download=1`);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain(mediaType);
    expect(response.headers.get('content-disposition')).toMatch(/^attachment;filename=Locust_/);
    expect(await response.text()).toMatch(words);
  });

  it('are compared by REST and by the command line, by id and by the name of a baseline', async () => {
    const { comparison, runs, trends } = await platform.get<ComparisonView>(`/api/v1/comparisons?runs=main,${ids[1]}`);
    expect(runs.map(({ id }) => id)).toEqual(ids);
    expect(comparison).toMatchObject({ baseline: 'main', candidate: ids[1] });
    expect(trends.map(({ values }) => values.length)).toEqual([2, 2, 2, 2]);
    const summary = await platform.get<{ comparison?: object }>(`/api/v1/runs/${ids[1]}/summary`);
    expect(summary.comparison).toMatchObject({ baseline: 'main', verdict: comparison.verdict });
    const codes = { 'no change': 0, improvement: 0, regression: 99, 'not comparable': 98 };
    const { code, stdout } = await loadstar(['compare', 'main', ids[1] ?? '', '--master', platform.masterUrl, '--json'])
      .result;
    expect(JSON.parse(stdout)).toMatchObject({ verdict: comparison.verdict, text: comparison.text });
    expect(code).toBe(codes[comparison.verdict]);
    const nobody = await loadstar(['compare', 'main', 'nobody', '--master', platform.masterUrl]).result;
    expect(nobody).toMatchObject({ code: 1, stderr: expect.stringMatching(/nobody/) as string });
  });
});
