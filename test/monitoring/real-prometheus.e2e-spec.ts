import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../support/eventually.js';
import { type Platform, startPlatform } from '../support/platform.js';
import { expectUsers, metric, readStats, rowsOf, stopSwarm, swarm, totalOf } from '../support/swarm.js';
import { asQuestion, fill, panelQueries, rulesOf, variableQueries } from './support/expressions.js';
import { type Prometheus, startAlertmanager, startNodeExporter, startPrometheus } from './support/prometheus.js';
import { type ReceivedAlert, startCadvisor, startWebhook } from './support/stand-ins.js';
import type { Service } from './support/tools.js';

jest.setTimeout(300_000);
/** Until something has been scraped, evaluated or told by programs that all take their seconds, milliseconds. */
const patienceMs = 90_000;

/**
 * Queries that rightly find nothing while this test evaluates them, and why. Everything else that is empty reads a metric
 * that nobody exports, which is how the stack that this one replaces came to have empty boards.
 */
const rightlyEmpty: Record<string, string> = {
  'annotation Edits': 'nobody changes the load during this run',
  'annotation Lost workers': 'no worker is lost during this run',
};

/** What the variables of the boards are, and Grafana's own for a scrape each second. */
const variables = {
  scenario: '.*',
  name: '.*',
  worker: '.*',
  job: '.*',
  kpi: 'app_.+',
  counter: 'app_requests_error_total',
  run: '.*',
  compare: '3s',
  console: '',
  __rate_interval: '5s',
  __interval: '1s',
  __interval_ms: '1000',
  // Longer than this file takes on any machine, so that the first run is in it to the end.
  __range: '10m',
};

describe('a real Prometheus that scrapes a real run', () => {
  let folder: string;
  let platform: Platform;
  let prometheus: Prometheus;
  let webhook: Service & { received: ReceivedAlert[] };
  const others: Service[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'loadstar-monitoring-'));
    const scenarios = join(folder, 'scenarios');
    mkdirSync(scenarios);
    cpSync(join(__dirname, 'shop.ts'), join(scenarios, 'shop.ts'));
    webhook = await startWebhook();
    const [node, cadvisor, alertmanager] = await Promise.all([
      startNodeExporter(),
      startCadvisor(['master', 'worker', 'redis', 'postgres']),
      startAlertmanager(folder, webhook.url),
    ]);
    others.push(webhook, node, cadvisor, alertmanager);
    platform = await startPlatform({
      workers: 2,
      master: { LOADSTAR_SCENARIOS_DIR: scenarios, LOADSTAR_SCENARIO: 'shop.ts' },
    });
    const address = (url: string): string => new URL(url).host;
    prometheus = await startPrometheus(folder, {
      alertmanager: alertmanager.address,
      targets: {
        master: [address(platform.masterUrl)],
        worker: platform.workers.map(({ url }) => address(url)),
        target: [address(platform.targetUrl)],
        node: [node.address],
        cadvisor: [cadvisor.address],
        alertmanager: [alertmanager.address],
      },
    });
  });
  afterAll(async () => {
    await prometheus?.end();
    await platform?.stop();
    await Promise.all(others.map((service) => service.end()));
    rmSync(folder, { recursive: true, force: true });
  });

  const total = async (expr: string): Promise<number> =>
    (await prometheus.query(expr)).reduce((sum, { value }) => sum + value, 0);
  /** Waits for the scrape that brings the expression to the value. */
  const expectValue = (expr: string, value: number): Promise<void> =>
    eventually(async () => expect([expr, await total(expr)]).toEqual([expr, value]), patienceMs);
  const runIds: string[] = [];
  let firstTotal = 0;

  const firstRun = async (): Promise<void> => {
    const { run_id: id = '' } = await swarm(platform.masterUrl, { user_count: 4, spawn_rate: 10 });
    runIds.push(id);
    await eventually(async () => expect(await total('sum(loadstar_requests_total)')).toBeGreaterThan(50), patienceMs);
    const stats = await stopSwarm(platform.masterUrl);
    firstTotal = totalOf(stats).num_requests;
    await expectValue('sum(loadstar_requests_total)', firstTotal);
  };

  it('reads every service', async () => {
    await eventually(async () => {
      const health = await prometheus.health();
      expect(health.map(({ job }) => job).toSorted()).toEqual([
        'alertmanager',
        'cadvisor',
        'master',
        'node',
        'prometheus',
        'target',
        'worker',
        'worker',
      ]);
      expect(health.filter((each) => each.health !== 'up')).toEqual([]);
    }, patienceMs);
  });

  it('finds a series for every expression of every panel, alert and rule', async () => {
    await firstRun();
    const { run_id: id = '' } = await swarm(platform.masterUrl, { user_count: 10, spawn_rate: 10 });
    runIds.push(id);
    await expectUsers(platform.masterUrl, 10);
    await eventually(async () => {
      expect(await total(`sum(loadstar_requests_total) and on () loadstar_run_info{run_id="${id}"}`)).toBeGreaterThan(
        100,
      );
    }, patienceMs);
    // The error rate of this scenario is above 5 %, so one alert fires; then all panels have something to show.
    await eventually(async () => {
      const firing = (await prometheus.alerts()).filter(({ state }) => state === 'firing');
      expect(firing.map(({ labels }) => labels.alertname)).toContain('HighErrorRate');
    }, patienceMs);
    const values = { ...variables, baseline: runIds[0] ?? '' };
    const wanted = [
      ...panelQueries(),
      ...variableQueries(),
      ...rulesOf('alert_rules').map(({ alert, expr }) => ({ place: `alert ${alert}`, expr: asQuestion(expr) })),
      ...rulesOf('recording_rules').map(({ record, expr }) => ({ place: `rule ${record}`, expr })),
      ...rulesOf('recording_rules').map(({ record = '' }) => ({ place: `recorded ${record}`, expr: record })),
    ].map(({ place, expr }) => ({ place, expr: place.startsWith('alert') ? expr : fill(expr, values) }));
    expect(wanted.length).toBeGreaterThan(150);
    const problemsOf = async ({ place, expr }: { place: string; expr: string }): Promise<string[]> => {
      const found = await prometheus.query(expr);
      const excused = Object.keys(rightlyEmpty).some((name) => place.endsWith(name));
      return [
        ...(!excused && found.length === 0 ? [`${place}: ${expr}`] : []),
        ...(found.some(({ value }) => Number.isNaN(value)) ? [`${place} is not a number: ${expr}`] : []),
      ];
    };
    // The load goes on. What waits for a rule's next turn, or met a second without a scrape, is asked again.
    let open = wanted;
    await eventually(async () => {
      const problems: string[] = [];
      const left: typeof wanted = [];
      for (const each of open) {
        const found = await problemsOf(each);
        problems.push(...found);
        if (found.length > 0) left.push(each);
      }
      open = left;
      expect(problems).toEqual([]);
    }, patienceMs);
  });

  it('agrees with the master, the workers and the target', async () => {
    await expectValue('sum(loadstar_users)', 10);
    await expectValue('sum(loadstar_worker_users)', 10);
    const stats = await stopSwarm(platform.masterUrl);
    const { num_requests: requests, num_failures: failures } = totalOf(stats);
    expect(requests).toBeGreaterThan(100);
    await expectValue('sum(loadstar_requests_total)', requests);
    await expectValue('sum(loadstar_requests_total{outcome!="ok"})', failures);
    await expectValue('sum(locust_requests_total{result="failure"})', failures);
    await expectValue('sum(loadstar_failures_total)', failures);
    await expectValue('sum(loadstar_response_duration_seconds_count)', requests);
    for (const row of rowsOf(stats)) {
      await expectValue(`sum(loadstar_requests_total{method="${row.method}", name="${row.name}"})`, row.num_requests);
    }
    // Counters of workers and target go on over runs; those of the master are of the latest.
    const both = firstTotal + requests;
    await expectValue('sum(loadstar_worker_requests_total)', both);
    await expectValue('sum(app_requests_total)', both);
    expect(await metric(platform.targetUrl, 'app_requests_total')).toBe(both);
  });

  it('tells the runs apart, each with the numbers of its end', async () => {
    const runs = panelQueries().filter(({ place }) => place.startsWith('run-explorer / Runs /'));
    const { num_requests: requests, num_failures: failures } = totalOf(await readStats(platform.masterUrl));
    // Subqueries look at whole seconds, so the last word of a run is in them a second later.
    await eventually(async () => {
      const [counts = [], ratios = []] = await Promise.all(
        runs.slice(0, 2).map(({ expr }) => prometheus.query(fill(expr, variables))),
      );
      const ofRun = (samples: typeof counts, index: number): number | undefined =>
        samples.find(({ metric: { run_id: id } }) => id === runIds[index])?.value;
      expect(counts).toHaveLength(2);
      expect(ofRun(counts, 0)).toBe(firstTotal);
      expect(ofRun(counts, 1)).toBe(requests);
      expect(ofRun(ratios, 1)).toBeCloseTo(failures / requests, 10);
    }, patienceMs);
  });

  it('has a percentile of the run in the same bucket as the exact one', async () => {
    const { stats } = await readStats(platform.masterUrl);
    const row = stats.find(({ name, method }) => name === '/users' && method === 'GET') as unknown as Record<
      string,
      number
    >;
    const exactS = (row['response_time_percentile_0.95'] ?? 0) / 1000;
    const [estimate, bounds] = await eventually(async () => {
      const [quantile] = await prometheus.query(
        'histogram_quantile(0.95, sum by (le) (loadstar_response_duration_seconds_bucket{name="/users", method="GET"}))',
      );
      const buckets = await prometheus.query(
        'count by (le) (loadstar_response_duration_seconds_bucket{name="/users", method="GET"})',
      );
      // After a scrape that took too long there is nothing, until the next one.
      if (!quantile || buckets.length === 0) throw new Error('there is no percentile');
      return [quantile.value, buckets.map(({ metric: { le } }) => Number(le)).toSorted((a, b) => a - b)] as const;
    }, patienceMs);
    const bucketOf = (seconds: number): number => bounds.findIndex((bound) => seconds <= bound);
    // The exact one is rounded to whole milliseconds, which may carry it over a bound.
    expect([bucketOf(exactS - 0.001), bucketOf(exactS), bucketOf(exactS + 0.001)]).toContain(bucketOf(estimate));
  });

  it('notifies through a real Alertmanager: too many errors, and a target that was killed', async () => {
    await eventually(() => {
      expect(webhook.received).toContainEqual(
        expect.objectContaining({
          status: 'firing',
          labels: expect.objectContaining({ alertname: 'HighErrorRate', severity: 'critical', scenario: 'shop.ts' }),
          annotations: expect.objectContaining({
            summary: expect.stringMatching(/^\d+(\.\d+)?% of requests fail in shop\.ts$/),
            runbook: 'docs/monitoring.md#higherrorrate',
          }),
        }),
      );
    }, patienceMs);
    await platform.target.end('SIGKILL');
    await eventually(() => {
      expect(webhook.received).toContainEqual(
        expect.objectContaining({
          status: 'firing',
          labels: expect.objectContaining({ alertname: 'ServiceDown', job: 'target' }),
        }),
      );
    }, patienceMs);
    // A master that was too slow for a scrape of one second was told about rightly.
    const wasUp = (await total('min_over_time(up{job="master"}[10m])')) === 1;
    if (wasUp) expect(webhook.received.filter(({ labels }) => labels.job === 'master')).toEqual([]);
  });
});
