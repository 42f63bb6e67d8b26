import type { Clock } from '@loadstar/shared';
import { checkAlerts } from './checks/alerts.js';
import { checkContainers } from './checks/containers.js';
import { checkCustomMetrics } from './checks/custom-metrics.js';
import { checkDashboards } from './checks/dashboards.js';
import { checkGrafanaDatasources } from './checks/grafana-datasources.js';
import { checkPrometheusTargets } from './checks/prometheus-targets.js';
import { checkServiceHealth } from './checks/service-health.js';
import { type SmokeOptions, startSmoke } from './checks/smoke-swarm.js';
import { type Context, Patience } from './context.js';
import { type Finding, failed, skipped } from './finding.js';
import type { Places } from './places.js';
import type { Probe } from './probe.js';

/** Looks at a deployment from outside, as its users will, in the order in which things depend on each other. */

/** The checks, in the order of the verdict. The first five are its lines; the others show when they fail. */
export const checks = {
  containers: { icon: '🐳', title: 'Docker Containers', always: true },
  health: { icon: '🔍', title: 'Service Health', always: true },
  targets: { icon: '🎯', title: 'Prometheus Targets', always: true },
  metrics: { icon: '📊', title: 'Custom Metrics', always: true },
  datasources: { icon: '📈', title: 'Grafana Datasources', always: true },
  dashboards: { icon: '📋', title: 'Grafana Dashboards', always: false },
  alerts: { icon: '🔔', title: 'Alert Rules', always: false },
  smoke: { icon: '🐝', title: 'Smoke Swarm', always: false },
} as const;
export type CheckId = keyof typeof checks;
export const checkIds = Object.keys(checks) as CheckId[];

export type Findings = Readonly<Record<CheckId, Finding>>;

export interface ValidateOptions extends SmokeOptions {
  readonly places: Places;
  readonly probe: Probe;
  readonly clock: Clock;
  /** Whether what is not there is a failure. */
  readonly everything: boolean;
  readonly swarm: boolean;
  /** Milliseconds that failing checks may be asked again, all together. */
  readonly waitMs: number;
  /** Called as soon as a check has ended. */
  readonly onFinding: (id: CheckId, finding: Finding) => void;
}

export async function validate(options: ValidateOptions): Promise<Findings> {
  const { places, probe, clock, everything, onFinding } = options;
  let inCompose = false;
  const context: Context = {
    places,
    probe,
    clock,
    patience: new Patience(clock, options.waitMs),
    expects: (place) => everything || inCompose || place === 'master' || places.named.has(place),
  };
  const report = (id: CheckId, finding: Finding): Finding => {
    const judged =
      everything && finding.status === 'skipped'
        ? failed(finding.summary, 'every part was asked for', 'Start it, or leave --all out.')
        : finding;
    onFinding(id, judged);
    return judged;
  };
  const found = await checkContainers(context);
  inCompose = found.status !== 'skipped';
  const containers = report('containers', found);
  const health = report('health', await settled(context, checkServiceHealth));
  const smoke = options.swarm
    ? await startSmoke(context, { scenario: options.scenario, host: options.host })
    : skipped('left out with --no-swarm');
  try {
    if ('finish' in smoke) await smoke.hasRun;
    const targets = report('targets', await settled(context, checkPrometheusTargets));
    const metrics = report('metrics', await settled(context, checkCustomMetrics));
    const datasources = report('datasources', await checkGrafanaDatasources(context));
    const dashboards = report('dashboards', await checkDashboards(context));
    const alerts = report('alerts', await settled(context, checkAlerts));
    const ended = report('smoke', 'finish' in smoke ? await smoke.finish() : smoke);
    return { containers, health, targets, metrics, datasources, dashboards, alerts, smoke: ended };
  } catch (error) {
    if ('finish' in smoke) await smoke.finish();
    throw error;
  }
}

async function settled(context: Context, check: (context: Context) => Promise<Finding>): Promise<Finding> {
  let finding = await check(context);
  while (finding.status === 'failed' && (await context.patience.pause())) finding = await check(context);
  return finding;
}
