/** Grafana data sources: provisioned, and Grafana reaches Prometheus through them. */
import { z } from 'zod';
import { absent, type Context, grafanaHeaders } from '../context.js';
import { type Finding, failed, judged, type Problem } from '../finding.js';
import { type Answer, describe, jsonOf } from '../probe.js';

const listSchema = z.array(z.object({ uid: z.string(), name: z.string(), type: z.string(), isDefault: z.boolean() }));
export type DataSources = z.infer<typeof listSchema>;

export async function checkGrafanaDatasources(context: Context): Promise<Finding> {
  const { probe, places } = context;
  const headers = grafanaHeaders(places);
  const answer = await probe.ask(`${places.grafana}/api/datasources`, { headers });
  if (answer.status === 0) return absent(context, 'grafana', answer);
  const sources = listSchema.safeParse(jsonOf(answer));
  if (!sources.success) return refused(answer);
  const health = new Map<string, Answer>();
  for (const { uid } of sources.data.filter(({ type }) => type === 'prometheus')) {
    health.set(uid, await probe.ask(`${places.grafana}/api/datasources/uid/${uid}/health`, { headers }));
  }
  return judgeDatasources(sources.data, health);
}

/** Grafana's answer that is not the one asked for: mostly the password. */
export function refused(answer: Answer): Finding {
  return answer.status === 401 || answer.status === 403
    ? failed(
        'Grafana refuses the user or the password',
        describe(answer),
        'Give --grafana-password, or set GF_SECURITY_ADMIN_PASSWORD as the deployment has it. Grafana keeps its first password in its volume.',
      )
    : failed('Grafana does not tell what it has', describe(answer), 'Give its address with --grafana URL.');
}

/** @param health answers of the health checks of the Prometheus sources, by uid */
export function judgeDatasources(sources: DataSources, health: ReadonlyMap<string, Answer>): Finding {
  const problems: Problem[] = [];
  if (!sources.some(({ type, isDefault }) => type === 'prometheus' && isDefault)) {
    problems.push({
      what: 'Grafana has no default Prometheus data source',
      why: `it has ${sources.map(({ name }) => name).join(', ') || 'none'}`,
      todo: 'Is monitoring/grafana/provisioning mounted at /etc/grafana/provisioning? See docker compose logs grafana.',
    });
  }
  for (const { uid, name } of sources) {
    const answer = health.get(uid);
    if (answer === undefined || answer.status === 200) continue;
    problems.push({
      what: `Grafana cannot use the data source ${name}`,
      why: describe(answer),
      todo: 'Can Grafana reach Prometheus? docker compose ps prometheus; its URL is in monitoring/grafana/provisioning.',
    });
  }
  return judged(
    `${sources.length} data sources`,
    problems,
    sources.map(({ name, type }) => `${name} (${type})`),
  );
}
