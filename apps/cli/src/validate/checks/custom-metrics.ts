/** Custom metrics: master and target export every promised name, and Prometheus holds series of the main ones. */
import { metricTable } from '@loadstar/shared';
import { type Context, masterHeaders } from '../context.js';
import { type Finding, judged, type Problem } from '../finding.js';
import { describe } from '../probe.js';
import { queryUrl, samplesOf } from './prometheus.js';

const targetMetrics = [
  'app_health_status',
  'app_requests_total',
  'app_requests_success_total',
  'app_requests_error_total',
  'app_response_time_avg',
  'app_response_time_seconds',
  'app_active_connections',
  'app_users_count',
];

/** Series that every board and alert stands on; there once a run has made requests. */
const mainSeries = [
  'app_requests_total',
  'app_response_time_seconds_bucket',
  'loadstar_requests_total',
  'loadstar_response_duration_seconds_bucket',
  'loadstar_users',
  'loadstar_workers',
  'locust_requests_total',
  'locust_response_time_percentile',
  'locust_users',
];

export async function checkCustomMetrics(context: Context): Promise<Finding> {
  const { probe, places } = context;
  const problems: Problem[] = [];
  const details: string[] = [];
  const pages = [
    { place: 'master', names: Object.keys(metricTable), headers: masterHeaders(places) },
    { place: 'target', names: targetMetrics, headers: {} },
  ] as const;
  for (const { place, names, headers } of pages) {
    const answer = await probe.ask(`${places[place]}/metrics`, { headers });
    if (answer.status === 0 && !context.expects(place)) {
      details.push(`skipped: no ${place} at ${places[place]}`);
    } else if (answer.status === 200) {
      problems.push(...missingNames(place, names, answer.text));
      details.push(`${place}: ${names.length} names promised`);
    } else {
      problems.push({
        what: `${place} shows no metrics`,
        why: describe(answer),
        todo: `curl ${places[place]}/metrics${answer.status === 401 ? '; give a token with --token' : ''}`,
      });
    }
  }
  const stored = await probe.ask(
    queryUrl(places.prometheus, `count by (__name__) ({__name__=~"${mainSeries.join('|')}"})`),
  );
  if (stored.status === 0 && !context.expects('prometheus')) {
    details.push(`skipped: no Prometheus at ${places.prometheus}`);
  } else {
    const found = new Set((samplesOf(stored) ?? []).map(({ labels }) => labels['__name__']));
    problems.push(...mainSeries.filter((name) => !found.has(name)).map((name) => notStored(name, stored.status)));
    details.push(`Prometheus: series of ${found.size} of ${mainSeries.length} main names`);
  }
  return judged(details.join('; '), problems, details);
}

/** Names that the page does not declare. A metric without samples is declared all the same. */
export function missingNames(place: string, names: readonly string[], page: string): Problem[] {
  const declared = new Set(Array.from(page.matchAll(/^# TYPE (\S+)/gm), ([, name]) => name));
  return names
    .filter((name) => !declared.has(name))
    .map((name) => ({
      what: `${place} does not export ${name}`,
      why: `its /metrics declares ${declared.size} names, not this one`,
      todo: `Is it this version of Loadstar? Names are in docs/reference/metrics.md.`,
    }));
}

const notStored = (name: string, status: number): Problem => ({
  what: `Prometheus has no series ${name}`,
  why: status === 200 ? 'its query finds nothing' : `its query ends with status ${status}`,
  todo: 'See "Prometheus Targets"; the series begin with the first run.',
});
