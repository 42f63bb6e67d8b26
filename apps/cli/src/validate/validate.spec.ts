import {
  impatientClock,
  playStack,
  type RecordedStack,
  recordedStack,
  type Spoiled,
} from './testing/recorded-stack.js';
import { findPlaces, type PlaceFlags } from './places.js';
import { type CheckId, checkIds, type Findings, validate } from './validate.js';
import { hasPassed, verdictText } from './verdict-text.js';

interface Case extends Spoiled {
  flags?: PlaceFlags;
  everything?: boolean;
  swarm?: boolean;
  spoil?: (stack: RecordedStack) => void;
}

async function run({ flags = {}, everything = false, swarm = true, spoil, ...spoiled }: Case = {}) {
  const stack = recordedStack();
  spoil?.(stack);
  const probe = playStack(stack, spoiled);
  const order: CheckId[] = [];
  const findings = await validate({
    places: findPlaces(flags, {}),
    probe,
    clock: impatientClock(),
    everything,
    swarm,
    scenario: undefined,
    host: undefined,
    waitMs: 30_000,
    onFinding: (id) => order.push(id),
  });
  return { findings, probe, order };
}

const statuses = (findings: Findings): Record<string, string> =>
  Object.fromEntries(checkIds.map((id) => [id, findings[id].status]));
const noDocker = { code: undefined, stdout: '', stderr: '' };
/** What `npm start` runs: master, workers and target. */
const small: Case = { docker: noDocker, dead: [':9090', ':3000'] };

describe('loadstar validate', () => {
  it('prints the verdict letter by letter when all is well', async () => {
    const { findings, order } = await run();
    expect(verdictText(findings)).toBe(
      [
        '✅ Overall Status: PASS',
        '🐳 Docker Containers: ✅ OK',
        '🔍 Service Health: ✅ OK',
        '🎯 Prometheus Targets: ✅ OK',
        '📊 Custom Metrics: ✅ OK',
        '📈 Grafana Datasources: ✅ OK',
        '',
        '🎉 Framework is ready for load testing!',
      ].join('\n'),
    );
    expect(order).toEqual(checkIds);
  });

  it('skips what a deployment without containers does not have, and says so', async () => {
    const { findings } = await run(small);
    expect(statuses(findings)).toEqual({
      containers: 'skipped',
      health: 'ok',
      targets: 'skipped',
      metrics: 'ok',
      datasources: 'skipped',
      dashboards: 'skipped',
      alerts: 'skipped',
      smoke: 'ok',
    });
    expect(hasPassed(findings)).toBe(true);
    expect(verdictText(findings)).toContain(
      '🎯 Prometheus Targets: ⏭️ skipped (no prometheus at http://localhost:9090)',
    );
  });

  it.each<[string, Case]>([
    ['that a flag names', { ...small, flags: { prometheus: 'http://localhost:9090' } }],
    ['of a Compose project', { dead: [':9090'] }],
    ['when everything was asked for', { ...small, everything: true }],
  ])('fails for a missing Prometheus %s', async (_name, what) => {
    const { findings } = await run(what);
    expect(findings.targets.status).toBe('failed');
    expect(findings.targets.problems[0]).toMatchObject({ todo: expect.stringMatching(/--prometheus|Start it/) });
    expect(verdictText(findings)).toContain('❌ Overall Status: FAIL\n');
  });

  it('fails without a master whatever the deployment is', async () => {
    const { findings } = await run({ ...small, dead: [':9090', ':3000', ':8089'] });
    expect(findings.health.problems[0]).toMatchObject({ what: 'master at http://localhost:8089 does not answer' });
    expect(findings.smoke.status).toBe('failed');
  });

  it('leaves a run of somebody else alone', async () => {
    const { findings, probe } = await run({ spoil: (stack) => (stack.run.state = 'running') });
    expect(findings.smoke).toMatchObject({ status: 'skipped', summary: expect.stringContaining('left alone') });
    expect(probe.asked.filter((question) => question.startsWith('POST'))).toEqual([]);
  });

  it('makes no load with --no-swarm', async () => {
    const { findings, probe } = await run({ swarm: false });
    expect(findings.smoke.status).toBe('skipped');
    expect(probe.asked.filter((question) => question.startsWith('POST'))).toEqual([]);
  });

  it('stops the swarm it started, also when a check breaks down', async () => {
    const stack = recordedStack();
    stack.datasources[0]!.uid = 'never-recorded';
    const probe = playStack(stack);
    const broken = validate({
      places: findPlaces({}, {}),
      probe,
      clock: impatientClock(),
      everything: false,
      swarm: true,
      scenario: undefined,
      host: undefined,
      waitMs: 30_000,
      onFinding: () => {},
    });
    await expect(broken).rejects.toThrow('nothing was recorded');
    expect(probe.asked.filter((question) => question.startsWith('POST') && question.endsWith('/stop'))).toHaveLength(1);
  });
});

describe('a failing check names what, why and what to do', () => {
  const broken: [string, CheckId, Case, RegExp][] = [
    ['a stopped container', 'containers', { spoil: ({ ps }) => (ps[0]!.State = 'exited') }, /does not run/],
    ['an unhealthy container', 'containers', { spoil: ({ ps }) => (ps[0]!.Health = 'unhealthy') }, /is unhealthy/],
    ['a one-shot service that failed', 'containers', { spoil: ({ ps }) => failSecrets(ps) }, /secrets-1 does not run/],
    [
      'no workers',
      'health',
      { spoil: ({ masterHealth }) => (masterHealth.workersReady = 0) },
      /no worker is connected/,
    ],
    [
      'something else on the port',
      'health',
      { answers: { ':8089/health': { status: 200, text: '<html>' } } },
      /no Loadstar/,
    ],
    ['a target that is down', 'targets', { spoil: ({ targets }) => downTarget(targets) }, /is down/],
    [
      'an unscraped worker',
      'targets',
      { spoil: ({ masterHealth }) => (masterHealth.workersReady = 4) },
      /reads 2 workers/,
    ],
    [
      'a metric that is gone',
      'metrics',
      { answers: { ':5001/metrics': { status: 200, text: '' } } },
      /app_requests_total/,
    ],
    ['an empty Prometheus', 'metrics', { answers: { 'count%20by': emptyVector() } }, /has no series/],
    ['a wrong password', 'datasources', { answers: { '/api/datasources': { status: 401, text: '' } } }, /refuses/],
    ['no default source', 'datasources', { spoil: ({ datasources }) => (datasources.length = 0) }, /no default/],
    [
      'a source without a way',
      'datasources',
      { answers: { '/uid/prometheus/health': { status: 400, text: '' } } },
      /cannot use/,
    ],
    ['a missing board', 'dashboards', { spoil: ({ boards }) => forget(boards, 2) }, /2 of 3 dashboards/],
    [
      'a query that fails',
      'dashboards',
      { answers: { '3000/api/datasources/proxy/uid/prometheus/api/v1/query': { status: 400, text: '' } } },
      /fails/,
    ],
    [
      'an alert that is not loaded',
      'alerts',
      { spoil: ({ rules }) => (rules.data.groups.length = 1) },
      /is not loaded/,
    ],
    [
      'a broken rule',
      'alerts',
      { spoil: ({ rules }) => (rules.data.groups[0]!.rules[0]!.health = 'err') },
      /cannot be evaluated/,
    ],
    [
      'nobody to tell',
      'alerts',
      { spoil: ({ alertmanagers }) => (alertmanagers.data.activeAlertmanagers.length = 0) },
      /nobody is told/,
    ],
    [
      'a swarm that is refused',
      'smoke',
      { answers: { 'POST http://localhost:8089/api/v1/runs': { status: 503, text: 'NO_WORKERS' } } },
      /does not start/,
    ],
    ['a swarm without requests', 'smoke', { spoil: ({ stats }) => (stats.total.requests = 0) }, /made no request/],
    ['a swarm that fails', 'smoke', { spoil: ({ stats }) => (stats.total.failures = 3) }, /3 of \d+ requests/],
    ['a swarm of doubt', 'smoke', { spoil: ({ run: last }) => (last.verdict = 'degraded') }, /degraded/],
  ];

  it.each(broken)('%s', async (_name, id, what, problem) => {
    const { findings } = await run(what);
    expect(findings[id].status).toBe('failed');
    for (const { why, todo } of findings[id].problems) {
      expect(why).not.toBe('');
      expect(todo).not.toBe('');
    }
    expect(findings[id].problems.map((each) => each.what).join('\n')).toMatch(problem);
    expect(verdictText(findings)).toMatch(problem);
  });
});

function failSecrets(rows: RecordedStack['ps']): void {
  const secrets = rows.find(({ Service }) => Service === 'secrets');
  if (secrets) secrets.ExitCode = 1;
}

function downTarget({ data }: RecordedStack['targets']): void {
  Object.assign(data.activeTargets[0]!, { health: 'down', lastError: 'connection refused' });
}

function forget(boards: RecordedStack['boards'], left: number): void {
  for (const uid of Object.keys(boards).slice(left)) delete boards[uid];
}

function emptyVector() {
  return { status: 200, text: JSON.stringify({ status: 'success', data: { resultType: 'vector', result: [] } }) };
}
