import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { repository } from '../support/apps.js';
import { monitoring, readYaml, rulesOf } from './support/expressions.js';
import { program, run } from './support/tools.js';

jest.setTimeout(180_000);

const prometheusHome = join(monitoring, 'prometheus');
const alertmanagerHome = join(monitoring, 'alertmanager');
const testFolder = join(__dirname, 'rules');
const testFiles = readdirSync(testFolder);

interface RuleTest {
  alert_rule_test: { alertname: string; exp_alerts: { exp_labels: Record<string, string> }[] }[];
}

let scratch: string;
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'loadstar-rules-'));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe('alert rules', () => {
  const alerts = rulesOf('alert_rules');

  it.each(testFiles)('%s: fire when they should, stay silent when not, and clear', (file) => {
    const { code, output } = run(program('promtool'), ['test', 'rules', join(testFolder, file)]);
    expect([code, output]).toEqual([0, expect.stringContaining('SUCCESS')]);
  });

  it('are each shown silent, firing and cleared, in this order', () => {
    const tests = testFiles.flatMap((file) => readYaml<{ tests: RuleTest[] }>(`test/monitoring/rules/${file}`).tests);
    for (const { alert } of alerts) {
      const courses = tests
        .map((test) => test.alert_rule_test.filter(({ alertname }) => alertname === alert))
        .map((moments) => moments.map(({ exp_alerts: firing }) => (firing.length > 0 ? 'F' : '-')).join(''));
      expect([alert, courses.some((course) => /^-+F+-+$/.test(course))]).toEqual([alert, true]);
    }
  });

  it('say how bad it is, what is wrong, and where it is written what to do', () => {
    const page = readFileSync(join(repository, 'docs/monitoring.md'), 'utf8');
    const headings = [...page.matchAll(/^#+ (.+)$/gm)].map(([, text = '']) => text);
    expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
    for (const { alert = '', labels, annotations } of alerts) {
      expect([alert, labels]).toEqual([alert, { severity: expect.stringMatching(/^(critical|warning)$/) }]);
      expect(annotations).toEqual({
        summary: expect.stringMatching(/\S/),
        description: expect.stringMatching(/\.$/),
        runbook: `docs/monitoring.md#${alert.toLowerCase()}`,
      });
      expect(headings).toContain(alert);
    }
  });

  it('include the required ones with their limits', () => {
    const of = (name: string) => alerts.find(({ alert }) => alert === name);
    expect(of('HighErrorRate')).toMatchObject({ expr: expect.stringMatching(/> 0\.05$/), for: '2m' });
    expect(of('HighResponseTime')).toMatchObject({ expr: expect.stringMatching(/p95.*> 0\.5$/) });
    expect(of('ServiceDown')).toMatchObject({ expr: 'up == 0' });
    expect(of('ServiceDown')).not.toHaveProperty('for');
    expect(of('HighCpu')).toBeDefined();
    expect(of('HighMemory')).toBeDefined();
  });
});

describe('the configuration of Prometheus', () => {
  const render = (env: Record<string, string>): { code: number; output: string; file: string } => {
    const file = join(scratch, 'prometheus.yml');
    const result = run('sh', [join(prometheusHome, 'start.sh')], {
      PROMETHEUS_BIN: 'echo',
      PROMETHEUS_CONFIG_DIR: prometheusHome,
      PROMETHEUS_RENDERED: file,
      ...env,
    });
    return { ...result, file };
  };

  it('is valid as it stands, with its rules', () => {
    const { code, output } = run(program('promtool'), ['check', 'config', join(prometheusHome, 'prometheus.yml')]);
    expect([code, output]).toEqual([0, expect.stringContaining('rules found')]);
    for (const file of ['alert_rules.yml', 'recording_rules.yml']) {
      expect(run(program('promtool'), ['check', 'rules', '--lint-fatal', join(prometheusHome, file)]).code).toBe(0);
    }
  });

  it('follows its environment', () => {
    const { output, file } = render({
      METRICS_SCRAPE_INTERVAL: '10s',
      PROMETHEUS_RETENTION_TIME: '3d',
      LOADSTAR_METRICS_TOKEN: 'it\'s: a "token"',
      PROMETHEUS_REMOTE_WRITE_URL: 'http://mimir:9009/api/v1/push',
      PROMETHEUS_REMOTE_WRITE_USER: 'tenant',
      PROMETHEUS_REMOTE_WRITE_PASSWORD: "it's",
    });
    expect(output).toContain('--storage.tsdb.retention.time=3d');
    expect(run(program('promtool'), ['check', 'config', file]).code).toBe(0);
    const config = parse(readFileSync(file, 'utf8')) as {
      scrape_configs: { job_name: string; authorization?: object }[];
    };
    expect(config).toMatchObject({
      global: { scrape_interval: '10s', evaluation_interval: '10s' },
      remote_write: [{ url: 'http://mimir:9009/api/v1/push', basic_auth: { username: 'tenant', password: "it's" } }],
    });
    expect(config.scrape_configs.filter(({ authorization }) => authorization)).toEqual([
      expect.objectContaining({ job_name: 'master', authorization: { credentials: 'it\'s: a "token"' } }),
    ]);
  });

  it('reads every 5 s and keeps 15 days when nothing is said', () => {
    const { output, file } = render({});
    expect(output).toContain('--storage.tsdb.retention.time=15d');
    expect(parse(readFileSync(file, 'utf8'))).toMatchObject({ global: { scrape_interval: '5s' } });
  });

  it.each(['5', '0s', '1m', '16s', 'often', '5s; rm'])(
    'refuses to read every %s, and says what it may be',
    (interval) => {
      const { code, output } = render({ METRICS_SCRAPE_INTERVAL: interval });
      expect([code, output]).toEqual([1, expect.stringContaining('from 1s to 15s')]);
    },
  );

  it('finds workers by DNS, so that scaled ones are read', () => {
    const { scrape_configs: jobs } = readYaml<{ scrape_configs: { job_name: string; dns_sd_configs?: object[] }[] }>(
      'monitoring/prometheus/prometheus.yml',
    );
    expect(jobs.find(({ job_name: job }) => job === 'worker')?.dns_sd_configs).toEqual([
      { names: ['worker'], type: 'A', port: 8090, refresh_interval: '5s' },
    ]);
  });
});

describe('the configuration of Alertmanager', () => {
  const render = (env: Record<string, string>): { code: number; output: string; receivers: Record<string, object> } => {
    const file = join(scratch, 'alertmanager.yml');
    const { code, output } = run('sh', [join(alertmanagerHome, 'start.sh')], {
      ALERTMANAGER_BIN: 'echo',
      ALERTMANAGER_CONFIG_DIR: alertmanagerHome,
      ALERTMANAGER_RENDERED: file,
      ...env,
    });
    if (code !== 0) return { code, output, receivers: {} };
    expect(run(program('amtool'), ['check-config', file])).toMatchObject({ code: 0 });
    const { receivers } = parse(readFileSync(file, 'utf8')) as { receivers: { name: string }[] };
    return { code, output, receivers: Object.fromEntries(receivers.map(({ name, ...rest }) => [name, rest])) };
  };

  it('is valid and tells nobody when nothing is said', () => {
    expect(run(program('amtool'), ['check-config', join(alertmanagerHome, 'alertmanager.yml')]).code).toBe(0);
    expect(render({}).receivers).toEqual({ nobody: {}, webhook: {}, slack: {}, email: {} });
  });

  it('tells a webhook, Slack and a mailbox, as the environment says', () => {
    const { receivers } = render({
      ALERT_WEBHOOK_URL: 'http://hook/?a=1&b=2',
      ALERT_SLACK_WEBHOOK_URL: 'http://slack/x',
      ALERT_SLACK_CHANNEL: '#load',
      ALERT_EMAIL_TO: 'ops@example.com',
      ALERT_EMAIL_FROM: 'loadstar@example.com',
      ALERT_SMTP_HOST: 'mail:587',
      ALERT_SMTP_USER: 'loadstar',
      ALERT_SMTP_PASSWORD: "p'ss: #1",
    });
    expect(receivers).toMatchObject({
      webhook: { webhook_configs: [{ url: 'http://hook/?a=1&b=2', send_resolved: true }] },
      slack: { slack_configs: [{ api_url: 'http://slack/x', channel: '#load' }] },
      email: {
        email_configs: [{ to: 'ops@example.com', smarthost: 'mail:587', require_tls: true, auth_password: "p'ss: #1" }],
      },
    });
  });

  it('says what an e-mail address still needs', () => {
    expect(render({ ALERT_EMAIL_TO: 'ops@example.com' })).toMatchObject({
      code: 1,
      output: expect.stringContaining('ALERT_SMTP_HOST'),
    });
  });

  it.each([
    [{ alertname: 'HighErrorRate', severity: 'critical' }, 'webhook,slack,email'],
    [{ alertname: 'HighResponseTime', severity: 'warning' }, 'webhook,slack'],
  ])('routes %j to %s', (labels, receivers) => {
    const { output } = run(program('amtool'), [
      'config',
      'routes',
      'test',
      `--config.file=${join(alertmanagerHome, 'alertmanager.yml')}`,
      ...Object.entries(labels).map(([name, value]) => `${name}=${value}`),
    ]);
    // amtool warns on the next line about a flag that was not given.
    expect(output.split('\n')[0]).toBe(receivers);
  });
});
