/** Alerts: the rules are loaded and evaluated without error, and Prometheus knows whom to tell. */
import { z } from 'zod';
import { absent, type Context } from '../context.js';
import { type Finding, failed, judged, type Problem } from '../finding.js';
import { type Answer, describe, jsonOf } from '../probe.js';

const rulesSchema = z.object({
  data: z.object({
    groups: z.array(
      z.object({
        name: z.string(),
        rules: z.array(
          z.object({
            type: z.string(),
            name: z.string(),
            health: z.string(),
            lastError: z.string().default(''),
            state: z.string().default(''),
          }),
        ),
      }),
    ),
  }),
});
export type RuleGroups = z.infer<typeof rulesSchema>['data']['groups'];

const receiversSchema = z.object({ data: z.object({ activeAlertmanagers: z.array(z.object({ url: z.string() })) }) });

/** What a load test cannot do without. */
const required = ['HighErrorRate', 'HighResponseTime', 'ServiceDown', 'HighCpu', 'HighMemory'];

export async function checkAlerts(context: Context): Promise<Finding> {
  const { probe, places } = context;
  const answer = await probe.ask(`${places.prometheus}/api/v1/rules`);
  if (answer.status === 0) return absent(context, 'prometheus', answer);
  const rules = rulesSchema.safeParse(jsonOf(answer));
  if (!rules.success) {
    return failed('Prometheus does not tell its rules', describe(answer), 'Give its address with --prometheus URL.');
  }
  return judgeAlerts(rules.data.data.groups, await probe.ask(`${places.prometheus}/api/v1/alertmanagers`));
}

export function judgeAlerts(groups: RuleGroups, alertmanagers: Answer): Finding {
  const rules = groups.flatMap((group) => group.rules);
  const alerts = rules.filter(({ type }) => type === 'alerting');
  const problems: Problem[] = required
    .filter((name) => !alerts.some((alert) => alert.name === name))
    .map((name) => ({
      what: `the alert ${name} is not loaded`,
      why: `Prometheus has ${alerts.length} alerts, not this one`,
      todo: 'See monitoring/prometheus/alert_rules.yml and docker compose logs prometheus.',
    }));
  problems.push(
    ...rules
      .filter(({ health }) => health === 'err')
      .map(({ name, lastError }) => ({
        what: `the rule ${name} cannot be evaluated`,
        why: lastError || 'Prometheus does not say why',
        todo: 'Correct it in monitoring/prometheus, then: docker compose restart prometheus',
      })),
  );
  const receivers = receiversSchema.safeParse(jsonOf(alertmanagers));
  if (!receivers.success || receivers.data.data.activeAlertmanagers.length === 0) {
    problems.push({
      what: 'nobody is told of alerts',
      why: 'Prometheus knows no Alertmanager',
      todo: 'docker compose ps alertmanager; the address is in monitoring/prometheus/prometheus.yml.',
    });
  }
  const firing = alerts.filter(({ state }) => state === 'firing').map(({ name }) => name);
  return judged(`${alerts.length} alerts loaded, ${firing.length} firing`, problems, [
    firing.length > 0 ? `firing now: ${firing.join(', ')}` : 'none fires',
  ]);
}
