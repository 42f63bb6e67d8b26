import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import picocolors from 'picocolors';
import { renderJson } from '@loadstar/report';
import { SeededRandom } from '@loadstar/shared';
import { RunStats, SliceStore, summarise, TimeSeries } from '@loadstar/stats';
import { sampleReport } from '../../../../libs/report/src/testing/sample-report.js';
import { addReportCommand } from '../report/report.command.js';
import { addCompareCommand } from './compare.command.js';

const folder = mkdtempSync(join(tmpdir(), 'loadstar-compare-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A steady run of 40 seconds, stored. */
function stored(name: string, factor = 1, change: object = {}): string {
  const random = new SeededRandom(name);
  const [total, slices, series] = [new RunStats(), new SliceStore(), new TimeSeries()];
  for (let second = 0; second < 40; second++) {
    const delta = new RunStats();
    const one = delta.series({ userClass: 'A', method: 'GET', name: '/users' });
    const level = 10_000 * factor * random.between(0.97, 1.03);
    for (let n = 0; n < 100; n++)
      one.finish('ok', level * random.between(0.7, 1.6), level * random.between(0.7, 1.6), 10, second * 1_000);
    total.merge(delta);
    slices.add(delta, second * 1_000, second * 1_000 + 1_000);
    series.add(delta, second * 1_000, second * 1_000 + 1_000);
  }
  const { summary } = sampleReport(3);
  const meta = { ...summary.meta, elapsedSeconds: 40, verdict: 'passed' as const, verdictReasons: [], ...change };
  const details = { slices: slices.sliced(), stats: total };
  const file = join(folder, `${name}.json`);
  writeFileSync(file, renderJson(summarise(total, meta, { slices: details.slices }), series.points(), details));
  return file;
}

async function loadstar(...args: string[]) {
  const lines: string[] = [];
  let code = 0;
  const output = {
    line: (text = '') => void lines.push(text),
    error: (text: string) => void lines.push(text),
    isTerminal: false,
    width: 120,
    colour: picocolors.createColors(false),
  };
  const program = new Command().exitOverride();
  addCompareCommand(program, output, (given) => (code = given));
  addReportCommand(program, output, (given) => (code = given));
  await program.parseAsync(args, { from: 'user' });
  return { text: lines.join('\n'), code };
}

describe('loadstar compare', () => {
  it('passes equal runs, fails a regression with 99 and says by how much', async () => {
    const main = stored('main');
    expect(await loadstar('compare', main, stored('same'))).toMatchObject({
      code: 0,
      text: expect.stringMatching(/^NO CHANGE/),
    });
    const slower = await loadstar('compare', main, stored('slower', 1.2));
    expect(slower.code).toBe(99);
    expect(slower.text).toMatch(/✖ GET \/users p50 \+2\d % \(\d\d\.\.\d\d %\), p95 \+\d\d % .*, regression/);
    const json = await loadstar('compare', main, stored('faster', 0.8), '--json');
    expect(JSON.parse(json.text)).toMatchObject({ verdict: 'improvement' });
    expect(json.code).toBe(0);
  });

  it('does not compare with an invalid run, and tells other conditions', async () => {
    const bad = stored('bad', 1, {
      verdict: 'invalid',
      verdictReasons: ['worker w1 was overloaded'],
      host: 'http://other',
    });
    const { code, text } = await loadstar('compare', stored('main'), bad);
    expect(code).toBe(98);
    expect(text).toMatch(/is invalid: worker w1 was overloaded/);
    expect(text).toMatch(/! host: http:\/\/localhost:5001 and http:\/\/other/);
  });

  it('tells the trend of several runs', async () => {
    const files = [1, 1.03, 1.06, 1.09, 1.12, 1.15].map((factor, n) => stored(`run-${n}`, factor));
    const { text, code } = await loadstar('compare', ...files);
    expect(text).toMatch(/Trend of 6 runs: p50 rising \([23]\.\d % a run\), p95 rising .*, throughput no trend/);
    expect(code).toBe(99);
  });

  it.each([
    ['gone.json', /There is no report/],
    ['broken.json', /is not a report of Loadstar/],
  ])('says what is wrong with %s', async (name, problem) => {
    if (name === 'broken.json') writeFileSync(join(folder, name), '{"schema": 1}');
    await expect(loadstar('compare', stored('main'), join(folder, name))).rejects.toThrow(problem);
  });
});

describe('runs of a master', () => {
  let server: Server;
  let url: string;
  const run = stored('remote');
  beforeAll(async () => {
    server = createServer((request, response) => {
      const mayAsk = request.headers.authorization === 'Bearer startstop';
      response.statusCode = mayAsk ? 200 : 401;
      response.end(!mayAsk ? '{"detail":"no token"}' : request.url?.includes('baselines') ? '[]' : readFileSync(run));
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => delete process.env['LOADSTAR_TOKEN']);
  afterAll(() => server.close());

  it('are asked for with the token of the environment, and with the one of the command line before it', async () => {
    const asked = ['report', 'k3v9q2m1x7ab', '--master', url];
    await expect(loadstar(...asked)).rejects.toThrow('no token');
    process.env['LOADSTAR_TOKEN'] = 'startstop';
    expect(await loadstar(...asked)).toMatchObject({ code: 0, text: expect.stringMatching(/\/users/) });
    await expect(loadstar(...asked, '--token', 'other')).rejects.toThrow('no token');
  });
});

describe('loadstar report', () => {
  it('writes every format again, with the comparison', async () => {
    const file = (name: string) => join(folder, name);
    const formats = ['html', 'json', 'csv', 'junit', 'markdown', 'hlog', 'text'];
    const asked = formats.flatMap((format) => [`--${format}`, file(`out.${format}`)]);
    const { text } = await loadstar('report', stored('slower', 1.2), '--baseline', stored('main'), ...asked);
    expect(text.match(/Wrote /g)).toHaveLength(10);
    expect(readFileSync(file('out.html'), 'utf8')).toContain('regression');
    expect(readFileSync(file('out.markdown'), 'utf8')).toContain('### ❌ Against');
    expect(readFileSync(file('out.hlog'), 'utf8').match(/^Tag=GET_\/users,/gm)).toHaveLength(40);
    expect(JSON.parse(readFileSync(file('out.json'), 'utf8'))).toMatchObject({ comparison: { verdict: 'regression' } });
    expect(readFileSync(file('out.csv_stats.csv'), 'utf8')).toContain('/users');
  });

  it('shows the summary when no file is asked for', async () => {
    expect((await loadstar('report', stored('main'))).text).toMatch(/\/users/);
  });
});
