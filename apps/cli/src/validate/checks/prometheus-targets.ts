/** Prometheus targets: every address that Prometheus reads answers, and every worker is among them. */
import { z } from 'zod';
import { absent, type Context } from '../context.js';
import { type Finding, failed, judged, type Problem } from '../finding.js';
import { describe, jsonOf } from '../probe.js';

const answerSchema = z.object({
  data: z.object({
    activeTargets: z.array(
      z.object({
        labels: z.object({ job: z.string(), instance: z.string() }),
        health: z.string(),
        lastError: z.string().default(''),
      }),
    ),
  }),
});
export type ScrapeTargets = z.infer<typeof answerSchema>['data']['activeTargets'];

const workersSchema = z.object({ workersReady: z.number() });

export async function checkPrometheusTargets(context: Context): Promise<Finding> {
  const { probe, places } = context;
  const answer = await probe.ask(`${places.prometheus}/api/v1/targets?state=active`);
  if (answer.status === 0) return absent(context, 'prometheus', answer);
  const parsed = answerSchema.safeParse(jsonOf(answer));
  if (!parsed.success) {
    return failed('Prometheus does not tell its targets', describe(answer), 'Give its address with --prometheus URL.');
  }
  const health = workersSchema.safeParse(jsonOf(await probe.ask(`${places.master}/health`)));
  return judgeTargets(parsed.data.data.activeTargets, health.success ? health.data.workersReady : undefined);
}

/** @param workers how many the master counts; undefined when it does not answer */
export function judgeTargets(targets: ScrapeTargets, workers: number | undefined): Finding {
  const problems: Problem[] = targets
    .filter(({ health }) => health !== 'up')
    .map(({ labels, health, lastError }) => ({
      what: `${labels.job} at ${labels.instance} is ${health}`,
      why: lastError || 'it was not read yet',
      todo: `docker compose logs ${labels.job}; the address is in monitoring/prometheus/prometheus.yml.`,
    }));
  for (const job of ['master', 'worker', 'target']) {
    if (targets.some(({ labels }) => labels.job === job)) continue;
    problems.push({
      what: `Prometheus knows no ${job}`,
      why: `no target has the job "${job}"`,
      todo: 'Compare monitoring/prometheus/prometheus.yml with what Prometheus runs (its page /config).',
    });
  }
  const scraped = targets.filter(({ labels }) => labels.job === 'worker').length;
  if (workers !== undefined && scraped > 0 && scraped !== workers) {
    problems.push({
      what: `Prometheus reads ${scraped} workers, the master counts ${workers}`,
      why: 'workers are found by DNS, which takes some seconds after a change',
      todo: 'Try again in a minute; then see whether every worker listens (docker compose ps worker).',
    });
  }
  const jobs = [...new Set(targets.map(({ labels }) => labels.job))].toSorted();
  return judged(`${targets.length} targets of ${jobs.length} jobs`, problems, [`jobs: ${jobs.join(', ')}`]);
}
