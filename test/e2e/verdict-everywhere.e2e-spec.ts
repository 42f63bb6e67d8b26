/** One run, one verdict: the REST answer, every report, the metric and the command line say the same, in the same words. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunView } from '@loadstar/shared';
import type { RunSummary } from '@loadstar/stats';
import { loadstar } from '../support/command.js';
import { eventually } from '../support/eventually.js';
import { type Platform, startPlatform } from '../support/platform.js';

jest.setTimeout(300_000);

const scenario = `
import { HttpUser, constant, task, type Options } from 'loadstar';
export class Visitor extends HttpUser {
  override waitTime = constant(0.1);
  @task() async list() { await this.http.get('/users', { name: '/users' }); }
}
export const options: Options = {
  thresholds: {
    request_failed: ['rate<0.5'],
    'request_duration{name:/users}': ['p95<0.001'],
    'request_duration{name:/nowhere}': ['p95<500'],
  },
};
`;

describe('the verdict of a run', () => {
  const folder = mkdtempSync(join(tmpdir(), 'loadstar-everywhere-'));
  const file = (name: string): string => join(folder, name);
  let platform: Platform;
  let run: RunView;

  beforeAll(async () => {
    writeFileSync(file('slow.ts'), scenario);
    platform = await startPlatform({
      workers: 0,
      master: { LOADSTAR_SCENARIOS_DIR: folder, LOADSTAR_SCENARIO: 'slow.ts' },
    });
    await platform.addWorker();
    await platform.expectWorkers(1);
    const response = await fetch(`${platform.masterUrl}/api/v1/runs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ scenario: 'slow.ts', users: 4, spawnRate: 100, runTimeSeconds: 4 }),
    });
    const { id } = (await response.json()) as RunView;
    run = await eventually(async () => {
      const now = await platform.get<RunView>(`/api/v1/runs/${id}`);
      if (now.state !== 'finished') throw new Error(`run ${id} is ${now.state}`);
      return now;
    }, 60_000);
  });
  afterAll(async () => {
    await platform?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const report = async (format: string): Promise<string> => {
    const response = await fetch(`${platform.masterUrl}/api/v1/runs/${run.id}/report?format=${format}`);
    expect(response.status).toBe(200);
    return response.text();
  };

  it('is failed, and says which thresholds were not met and which had no data', () => {
    expect(run.verdict).toBe('failed');
    expect(run.verdictReasons).toEqual([
      expect.stringMatching(/^threshold request_duration\{name:\/users\} p95<0\.001: .* is not < 0\.001$/),
      expect.stringMatching(/^threshold request_duration\{name:\/nowhere\} p95<500: no data/),
    ]);
    expect(run.thresholds?.map(({ state }) => state)).toEqual(['passing', 'failing', 'no data']);
  });

  it('is the same in the summary, in every report and in the metric', async () => {
    const { meta, thresholds, events } = await platform.get<RunSummary>(`/api/v1/runs/${run.id}/summary`);
    expect(meta).toMatchObject({ verdict: run.verdict, verdictReasons: run.verdictReasons });
    expect(thresholds.map(({ missing }) => missing ?? null)).toEqual([null, null, 'data']);
    expect(events?.map(({ text }) => text)).toContain('Finished.');
    expect(JSON.parse(await report('json'))).toMatchObject({ meta, thresholds, events });

    const html = await report('html');
    expect(html).toMatch(/class="verdict bad"[^]*?Failed/);
    expect(html).toMatch(/>no data</);
    expect(html).toContain('Finished.');
    expect(await report('markdown')).toMatch(/failed/i);
    expect(await report('text')).toMatch(/failed/i);
    const junit = await report('junit');
    expect(junit).toMatch(/<failure message="[^"]*" type="threshold">/);
    expect(junit).toMatch(/type="no data"/);
    for (const text of [html, junit, await report('text')]) expect(text).toContain('request_duration{name:/nowhere}');

    const metrics = await (await fetch(`${platform.masterUrl}/metrics`)).text();
    for (const verdict of ['passed', 'failed', 'degraded', 'invalid']) {
      const value = verdict === run.verdict ? 1 : 0;
      expect(metrics).toMatch(
        new RegExp(`^loadstar_run_verdict\\{run_id="${run.id}",verdict="${verdict}"\\} ${value}$`, 'm'),
      );
    }
    expect(metrics).toMatch(/^loadstar_threshold_passing\{.*nowhere.*\} 0$/m);
  });

  it('is the same in the reports that the command line makes of it', async () => {
    const formats = ['html', 'json', 'junit', 'markdown', 'hlog', 'text'];
    const flags = formats.flatMap((format) => [`--${format}`, file(`run.${format}`)]);
    const { code, stderr } = await loadstar(['report', run.id, '--master', platform.masterUrl, ...flags]).result;
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const { meta } = JSON.parse(readFileSync(file('run.json'), 'utf8')) as RunSummary;
    expect(meta).toMatchObject({ verdict: run.verdict, verdictReasons: run.verdictReasons });
    for (const format of ['html', 'junit', 'text'])
      expect(readFileSync(file(`run.${format}`), 'utf8')).toBe(await report(format));
  });

  it('is the same when the command line runs the same load itself', async () => {
    const load = [
      '--users',
      '4',
      '--spawn-rate',
      '100',
      '--run-time',
      '4s',
      '--processes',
      '1',
      '--host',
      platform.targetUrl,
    ];
    const { code } = await loadstar(['run', file('slow.ts'), ...load, '--json', file('own.json')]).result;
    const { meta, thresholds } = JSON.parse(readFileSync(file('own.json'), 'utf8')) as RunSummary;
    expect({ code, verdict: meta.verdict }).toEqual({ code: 99, verdict: run.verdict });
    expect(thresholds.map(({ passed }) => passed)).toEqual([true, false, false]);
    expect(meta.verdictReasons.map((reason) => reason.split(':').slice(0, 2).join(':'))).toEqual(
      run.verdictReasons.map((reason) => reason.split(':').slice(0, 2).join(':')),
    );
  });
});
