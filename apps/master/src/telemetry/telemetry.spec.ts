import { metricTable } from '@loadstar/shared';
import { type FaceHarness, openFaces } from '../testing/face-harness.js';
import { aWorker } from '../testing/fake-control-plane.js';
import { Histogram } from '@loadstar/stats';
import { boundsSeconds, DurationBuckets } from './duration-buckets.js';

interface Line {
  name: string;
  labels: Record<string, string>;
  value: number;
}

interface Page {
  lines: Line[];
  types: Map<string, string>;
  /** The value of the one line with this name and these labels. */
  value: (name: string, labels?: Record<string, string>) => number | undefined;
  all: (name: string) => Line[];
}

/** Reads the text format strictly: a line that does not fit throws, as it would make Prometheus drop the page. */
function parse(text: string): Page {
  const types = new Map<string, string>();
  const lines: Line[] = [];
  const seen = new Set<string>();
  for (const line of text.split('\n').filter((each) => each !== '')) {
    const typed = /^# TYPE (\w+) (counter|gauge|histogram|summary|untyped)$/.exec(line);
    if (typed) {
      if (types.has(typed[1]!)) throw new Error(`type of ${typed[1]} twice`);
      types.set(typed[1]!, typed[2]!);
    }
    if (line.startsWith('#')) continue;
    const match = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (-?[\d.e+-]+|NaN|[+-]?Inf|Nan)$/.exec(line);
    if (!match) throw new Error(`not a sample: ${line}`);
    const labels: Record<string, string> = {};
    let rest = match[2] ?? '';
    while (rest !== '') {
      const label = /^(\w+)="((?:[^"\\\n]|\\["\\n])*)",?/.exec(rest);
      if (!label) throw new Error(`not a label: ${rest}`);
      labels[label[1]!] = label[2]!.replace(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
      rest = rest.slice(label[0].length);
    }
    const id = `${match[1]}${JSON.stringify(labels, Object.keys(labels).sort())}`;
    if (seen.has(id)) throw new Error(`twice: ${id}`);
    seen.add(id);
    lines.push({ name: match[1]!, labels, value: Number(match[3]) });
  }
  const all = (name: string): Line[] => lines.filter((line) => line.name === name);
  const value = (name: string, labels: Record<string, string> = {}): number | undefined => {
    const found = all(name).filter((line) => Object.entries(labels).every(([key, want]) => line.labels[key] === want));
    if (found.length > 1) throw new Error(`${found.length} lines of ${name} ${JSON.stringify(labels)}`);
    return found[0]?.value;
  };
  return { lines, types, value, all };
}

describe('/metrics', () => {
  let faces: FaceHarness;
  beforeEach(async () => {
    faces = await openFaces();
  });
  afterEach(() => faces.close());

  const page = async (): Promise<Page> => {
    const response = await faces.call('GET', '/metrics');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/);
    return parse(await response.text());
  };
  const run = () => faces.runs.create({ users: 20, spawnRate: 5 });

  it('has every metric of the table with its type, and the process itself', async () => {
    const { types, value } = await page();
    for (const [name, { type }] of Object.entries(metricTable)) expect([name, types.get(name)]).toEqual([name, type]);
    expect(value('locust_users')).toBe(0);
    expect(value('locust_running')).toBe(0);
    expect(value('locust_requests_total', { result: 'failure' })).toBe(0);
    expect(value('loadstar_workers', { state: 'ready' })).toBe(2);
    expect(value('process_resident_memory_bytes')).toBeGreaterThan(0);
    expect(types.has('nodejs_eventloop_lag_seconds')).toBe(true);
  });

  it('tells a running test under our names and under Locust’s', async () => {
    await run();
    for (let second = 0; second < 10; second++) {
      faces.runs.request('GET', '/a', second === 3 ? 'status' : 'ok', 40, second, 'HTTP 503');
      faces.runs.request('POST', '/b', second === 4 ? 'timeout' : 'ok', 700, second, 'timed out');
    }
    faces.runs.exception('boom', 'at shop.ts:3', 'worker-1');
    for (const us of [5_000, 50_000]) faces.runs.runStats().lag.record(us);
    const { value } = await page();
    const scenario = 'shop.ts';
    expect(value('loadstar_requests_total', { scenario, name: '/a', method: 'GET', outcome: 'ok' })).toBe(9);
    expect(value('loadstar_requests_total', { name: '/a', outcome: 'status' })).toBe(1);
    expect(value('loadstar_requests_total', { name: '/b', outcome: 'timeout' })).toBe(1);
    expect(value('loadstar_requests_total', { name: '/b', outcome: 'blocked' })).toBe(0);
    expect(value('loadstar_failures_total', { name: '/a', error: 'HTTP 503' })).toBe(1);
    expect(value('loadstar_exceptions_total', { scenario })).toBe(1);
    expect(value('loadstar_received_bytes_total')).toBe(2000);
    expect(value('loadstar_users')).toBe(20);
    expect(value('loadstar_users_by_class', { user_class: 'Guest' })).toBe(1);
    expect(value('loadstar_target_users')).toBe(20);
    expect(value('loadstar_spawn_rate')).toBe(5);
    expect(value('loadstar_run_info', { run_id: 'run1', scenario })).toBe(1);
    const startedMs = Date.parse(faces.runs.current()?.startedAt ?? '');
    expect(value('loadstar_run_start_time_seconds', { run_id: 'run1', scenario })).toBe(startedMs / 1000);
    expect(value('loadstar_schedule_lag_seconds_count', { scenario })).toBe(2);
    expect(value('loadstar_schedule_lag_seconds_bucket', { scenario, le: '0.01' })).toBe(1);
    expect(value('loadstar_store_up')).toBe(1);
    expect(value('loadstar_run_state', { state: 'running' })).toBe(1);
    expect(value('locust_requests_total', { name: '/a', method: 'GET', result: 'success' })).toBe(9);
    expect(value('locust_requests_total', { name: '/b', result: 'failure' })).toBe(1);
    expect(value('locust_users')).toBe(20);
    expect(value('locust_running')).toBe(2);
    expect(value('locust_requests_fail_ratio')).toBe(0.1);
    expect(value('locust_response_time_percentile', { quantile: '0.50' })).toBeCloseTo(40, 0);
    expect(value('locust_response_time_percentile', { quantile: '0.95' })).toBeCloseTo(700, 0);
    expect(value('locust_requests_current_response_time_percentile_95')).toBeCloseTo(700, 0);
    expect(value('locust_requests_num_requests', { method: 'POST', name: '/b' })).toBe(10);
    expect(value('locust_requests_num_failures', { method: '', name: 'Aggregated' })).toBe(2);
    expect(value('locust_requests_avg_response_time', { name: '/b' })).toBeCloseTo(700, 0);
    expect(value('locust_errors', { method: 'POST', name: '/b', error: 'timed out' })).toBe(1);
  });

  it('gives histograms whose buckets only grow and end in their count', async () => {
    await run();
    const times = [0.4, 1, 4, 12, 12, 99, 100, 101, 480, 2600, 90_000];
    for (const ms of times) faces.runs.request('GET', '/a', 'ok', ms, 1);
    faces.runs.request('GET', '/a', 'reset', 5, 1);
    const { all, value } = await page();
    for (const name of ['loadstar_request_duration_seconds', 'loadstar_response_duration_seconds']) {
      for (const result of ['success', 'failure']) {
        const buckets = all(`${name}_bucket`).filter((line) => line.labels['result'] === result);
        expect(buckets.map((line) => line.labels['le'])).toEqual([...boundsSeconds.map(String), '+Inf']);
        const values = buckets.map((line) => line.value);
        expect(values).toEqual(values.toSorted((a, b) => a - b));
        expect(values.at(-1)).toBe(value(`${name}_count`, { result }));
      }
      expect(value(`${name}_count`, { result: 'success' })).toBe(times.length);
      expect(value(`${name}_sum`, { result: 'success' })).toBeCloseTo(times.reduce((sum, ms) => sum + ms, 0) / 1000, 6);
      // 100 ms lies in a fine bucket that reaches above the bound, so it counts above.
      expect(value(`${name}_bucket`, { result: 'success', le: '0.1' })).toBe(6);
      expect(value(`${name}_bucket`, { result: 'success', le: '60' })).toBe(10);
    }
  });

  it('counts everything else than the first 200 names in one', async () => {
    await run();
    for (let index = 0; index < 300; index++) faces.runs.request('GET', `/users/${index}`, 'ok', 1, 1);
    const { all } = await page();
    const counts = all('loadstar_requests_total').filter((line) => line.labels['outcome'] === 'ok');
    expect(counts).toHaveLength(201);
    expect(counts.reduce((sum, line) => sum + line.value, 0)).toBe(300);
    expect(counts.find((line) => line.labels['name'] === '(other names)')?.value).toBe(100);
  });

  it('stays a valid page whatever names and errors hold', async () => {
    await run();
    const nasty = 'a "quoted" \\ back\nnew line {curly="yes"} é';
    faces.runs.request('GET', nasty, 'status', 1, 1, nasty);
    faces.runs.request('GET', '/a', 'status', 1, 1, `${'x'.repeat(200)} one`);
    faces.runs.request('GET', '/a', 'status', 1, 1, `${'x'.repeat(200)} two`);
    const { value, all } = await page();
    expect(value('locust_errors', { error: nasty })).toBe(1);
    expect(all('locust_errors').map((line) => line.value)).toEqual(expect.arrayContaining([2]));
  });

  it('tells workers once each, also when one has come back under its name', async () => {
    faces.fleet.list = [
      aWorker('worker-1', { state: 'lost', incarnation: 'old' }),
      aWorker('worker-1', { state: 'running', users: 5, cpuPercent: 150 }),
      aWorker('worker-2', { state: 'spawning', users: 3 }),
    ];
    const { value } = await page();
    expect(value('locust_workers_count')).toBe(2);
    expect(value('locust_workers_running_count')).toBe(1);
    expect(value('locust_workers_hatching_count')).toBe(1);
    expect(value('locust_workers_missing_count')).toBe(1);
    expect(value('locust_worker_detail', { id: 'worker-1', state: 'running' })).toBe(5);
    expect(value('loadstar_worker_cpu_ratio', { worker: 'worker-1' })).toBe(1.5);
    expect(value('loadstar_worker_engines', { worker: 'worker-1' })).toBe(1);
    expect(value('loadstar_workers', { state: 'lost' })).toBe(1);
  });

  it('forgets percentiles, rate and users when the run has ended, and keeps its counts', async () => {
    await run();
    faces.runs.request('GET', '/a', 'ok', 40, 1);
    faces.runs.finish();
    const { value } = await page();
    expect(value('locust_response_time_percentile', { quantile: '0.95' })).toBe(0);
    expect(value('loadstar_spawn_rate')).toBe(0);
    expect(value('locust_users')).toBe(0);
    expect(value('locust_running')).toBe(0);
    expect(value('locust_requests_total', { result: 'success' })).toBe(1);
  });

  it('tells how many runs wait, and how many workers would serve them', async () => {
    for (const queue of [{ minWorkers: 7 }, {}, { delaySeconds: 3_600, minWorkers: 50 }]) {
      await faces.call('POST', '/api/v1/runs', { body: { queue } });
    }
    const { value } = await page();
    expect(value('loadstar_workers_desired')).toBe(7);
    expect(value('loadstar_queue_runs', { state: 'due' })).toBe(2);
    expect(value('loadstar_queue_runs', { state: 'delayed' })).toBe(1);
    expect(value('loadstar_queue_up')).toBe(1);
  });

  it('counts how often it was read', async () => {
    await page();
    expect((await page()).value('locust_total_scrapes')).toBe(2);
  });
});

describe('duration buckets', () => {
  it('never show a time as faster than it was', () => {
    const histogram = new Histogram();
    histogram.record(100_000);
    histogram.record(100_040);
    const samples = new DurationBuckets().add(histogram).samples('x', {});
    const at = (le: number) => samples.find((sample) => sample.labels['le'] === le)?.value;
    expect(at(0.075)).toBe(0);
    expect(at(0.15)).toBe(2);
  });
});
