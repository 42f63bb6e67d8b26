import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { monitoring, type RuleFile } from './expressions.js';
import { freePort } from '../../support/free-port.js';
import { program, type Service, startService } from './tools.js';

/** Addresses by job of monitoring/prometheus/prometheus.yml; a job that is not named is left out. */
export type Targets = Record<string, string[]>;

export interface Sample {
  metric: Record<string, string>;
  value: number;
}

export interface Prometheus extends Service {
  /** Evaluates an expression. @param atS Unix time, seconds; default now */
  query(expr: string, atS?: number): Promise<Sample[]>;
  /** Alerts that are pending or fire. */
  alerts(): Promise<{ state: string; labels: Record<string, string> }[]>;
  /** Health by job of everything that is scraped. */
  health(): Promise<{ job: string; health: string; lastError: string }[]>;
}

interface ScrapeConfig {
  job_name: string;
  scrape_interval?: string;
  static_configs?: { targets: string[] }[];
  dns_sd_configs?: unknown;
}

/**
 * A real Prometheus with the project's own configuration and entry point. Changed for a test: addresses, intervals (1 s)
 * and how long an alert must hold (2 s).
 */
export async function startPrometheus(
  folder: string,
  options: { targets: Targets; alertmanager: string; env?: Record<string, string>; args?: string[] },
): Promise<Prometheus> {
  const home = join(folder, 'prometheus');
  cpSync(join(monitoring, 'prometheus'), home, { recursive: true });
  const port = await freePort();
  const targets: Targets = { ...options.targets, prometheus: [`127.0.0.1:${port}`] };

  const config = parse(readFileSync(join(home, 'prometheus.yml'), 'utf8')) as {
    scrape_configs: ScrapeConfig[];
    alerting: unknown;
    global: unknown;
  };
  config.global = { scrape_interval: '1s', evaluation_interval: '1s' };
  config.alerting = { alertmanagers: [{ static_configs: [{ targets: [options.alertmanager] }] }] };
  config.scrape_configs = config.scrape_configs.flatMap(({ dns_sd_configs: _dns, ...job }) => {
    const addresses = targets[job.job_name];
    return addresses ? [{ ...job, scrape_interval: '1s', static_configs: [{ targets: addresses }] }] : [];
  });
  writeFileSync(join(home, 'prometheus.yml'), stringify(config));

  const rules = parse(readFileSync(join(home, 'alert_rules.yml'), 'utf8')) as RuleFile;
  for (const rule of rules.groups.flatMap((group) => group.rules)) if (rule.for) rule.for = '2s';
  writeFileSync(join(home, 'alert_rules.yml'), stringify(rules));

  const data = join(folder, 'prometheus-data');
  mkdirSync(data);
  const service = await startService(
    'sh',
    [join(home, 'start.sh'), `--web.listen-address=127.0.0.1:${port}`, '--log.level=warn', ...(options.args ?? [])],
    {
      port,
      ready: '/-/ready',
      env: {
        ...options.env,
        PROMETHEUS_BIN: program('prometheus'),
        PROMETHEUS_CONFIG_DIR: home,
        PROMETHEUS_RENDERED: join(home, 'rendered.yml'),
        PROMETHEUS_DATA_DIR: data,
      },
    },
  );

  const ask = async <T>(path: string): Promise<T> => {
    const response = await fetch(`${service.url}${path}`);
    const answer = (await response.json()) as { status: string; data: T; error?: string };
    if (answer.status !== 'success') throw new Error(`${decodeURIComponent(path)}: ${answer.error}`);
    return answer.data;
  };
  return {
    ...service,
    async query(expr, atS) {
      const at = atS === undefined ? '' : `&time=${atS}`;
      const { result } = await ask<{ result: { metric: Record<string, string>; value: [number, string] }[] }>(
        `/api/v1/query?query=${encodeURIComponent(expr)}${at}`,
      );
      return result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }));
    },
    alerts: async () =>
      (await ask<{ alerts: { state: string; labels: Record<string, string> }[] }>('/api/v1/alerts')).alerts,
    health: async () =>
      (
        await ask<{ activeTargets: { labels: { job: string }; health: string; lastError: string }[] }>(
          '/api/v1/targets?state=active',
        )
      ).activeTargets.map(({ labels, health, lastError }) => ({ job: labels.job, health, lastError })),
  };
}

/** A real Alertmanager with the project's own configuration and entry point, as ALERT_WEBHOOK_URL makes it. */
export async function startAlertmanager(folder: string, webhookUrl: string): Promise<Service> {
  const port = await freePort();
  return startService(
    'sh',
    [join(monitoring, 'alertmanager/start.sh'), `--web.listen-address=127.0.0.1:${port}`, '--log.level=warn'],
    {
      port,
      ready: '/-/ready',
      env: {
        ALERTMANAGER_BIN: program('alertmanager'),
        ALERTMANAGER_CONFIG_DIR: join(monitoring, 'alertmanager'),
        ALERTMANAGER_RENDERED: join(folder, 'alertmanager.yml'),
        ALERTMANAGER_DATA_DIR: join(folder, 'alertmanager-data'),
        ALERT_WEBHOOK_URL: webhookUrl,
      },
    },
  );
}

export async function startNodeExporter(): Promise<Service> {
  const port = await freePort();
  return startService(program('nodeExporter'), [`--web.listen-address=127.0.0.1:${port}`, '--log.level=error'], {
    port,
    ready: '/metrics',
  });
}
