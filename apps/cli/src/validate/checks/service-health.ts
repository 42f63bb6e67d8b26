/** Service health: master with workers, target, Prometheus and Grafana answer, and say that they are well. */
import { z } from 'zod';
import { absent, type Context } from '../context.js';
import { type Finding, failed, judged } from '../finding.js';
import type { Place } from '../places.js';
import { type Answer, describe, jsonOf } from '../probe.js';

const paths: Record<Place, string> = {
  master: '/health',
  target: '/health',
  prometheus: '/-/ready',
  grafana: '/api/health',
};
const places: readonly Place[] = ['master', 'target', 'prometheus', 'grafana'];

const masterHealth = z.object({ status: z.literal('ok'), workersReady: z.number(), version: z.string() });

export async function checkServiceHealth(context: Context): Promise<Finding> {
  const findings = await Promise.all(
    places.map(async (place) => {
      const answer = await context.probe.ask(context.places[place] + paths[place]);
      return answer.status === 0 ? absent(context, place, answer) : judgeAnswer(place, context.places[place], answer);
    }),
  );
  const answered = places.filter((_place, index) => findings[index]?.status === 'ok');
  return judged(
    answered.length > 0 ? `well: ${answered.join(', ')}` : 'nobody is well',
    findings.flatMap(({ problems }) => problems),
    findings.map(({ status, summary }) => (status === 'skipped' ? `skipped: ${summary}` : summary)),
  );
}

/** @param answer with a status other than 0 */
export function judgeAnswer(place: Place, url: string, answer: Answer): Finding {
  const logs = `See its log: docker compose logs ${place}.`;
  if (answer.status !== 200) return failed(`${place} at ${url} is not well`, describe(answer), logs);
  if (place === 'grafana' && !/"database":\s*"ok"/.test(answer.text)) {
    return failed('Grafana cannot use its database', describe(answer), logs);
  }
  if (place !== 'master') return judged(`${place} at ${url} is well`, []);
  const health = masterHealth.safeParse(jsonOf(answer));
  if (!health.success) {
    return failed(
      `what answers at ${url} is no Loadstar master`,
      describe(answer),
      'Give its address with --master URL.',
    );
  }
  const { workersReady, version } = health.data;
  if (workersReady === 0) {
    return failed(
      'no worker is connected',
      `the master at ${url} counts 0 workers that can take load`,
      'Start one (docker compose up -d worker, or npm start); its log says why it cannot join.',
    );
  }
  return judged(`master ${version} at ${url} is well, with ${workersReady} workers`, []);
}
