/**
 * Dashboards: provisioned, and every query of every panel runs through Grafana and finds data. A query may find nothing
 * when nothing of its kind has happened (no failure, no firing alert, no run an hour ago), as long as every metric it
 * reads is one that somebody exports.
 */
import { z } from 'zod';
import { absent, type Context, grafanaHeaders } from '../context.js';
import { type Finding, failed, judged, type Problem } from '../finding.js';
import { describe, jsonOf } from '../probe.js';
import { refused } from './grafana-datasources.js';
import { metricNames } from './promql-names.js';
import { countOf, queryUrl } from './prometheus.js';

const searchSchema = z.array(z.object({ uid: z.string(), title: z.string() }));
const targetSchema = z.object({ expr: z.string().optional() });
const panelSchema = z.object({ title: z.string().default(''), targets: z.array(targetSchema).default([]) });
const boardSchema = z.object({
  title: z.string(),
  panels: z.array(panelSchema.extend({ panels: z.array(panelSchema).default([]) })).default([]),
  templating: z
    .object({
      list: z
        .array(
          z.object({
            name: z.string(),
            allValue: z.string().nullish(),
            query: z.unknown(),
            current: z.object({ value: z.union([z.string(), z.array(z.string())]).nullish() }).nullish(),
          }),
        )
        .default([]),
    })
    .default({ list: [] }),
});
export type Board = z.infer<typeof boardSchema>;

export interface PanelQuery {
  /** Board and panel, for messages. */
  readonly place: string;
  readonly expr: string;
}

/** Series that a query found, or the error it ended with. */
export type QueryResult = PanelQuery & { readonly series: number | undefined; readonly error?: string };

/** Load test performance, infrastructure, key figures. */
const fewestBoards = 3;
export async function checkDashboards(context: Context): Promise<Finding> {
  const { probe, places, patience } = context;
  const headers = grafanaHeaders(places);
  const answer = await probe.ask(`${places.grafana}/api/search?type=dash-db&tag=loadstar`, { headers });
  if (answer.status === 0) return absent(context, 'grafana', answer);
  const found = searchSchema.safeParse(jsonOf(answer));
  if (!found.success) return refused(answer);
  const boards: Board[] = [];
  for (const { uid, title } of found.data) {
    const page = await probe.ask(`${places.grafana}/api/dashboards/uid/${uid}`, { headers });
    const board = z.object({ dashboard: boardSchema }).safeParse(jsonOf(page));
    if (!board.success)
      return failed(`dashboard ${title} cannot be read`, describe(page), 'See docker compose logs grafana.');
    boards.push(board.data.dashboard);
  }
  const proxy = `${places.grafana}/api/datasources/proxy/uid/prometheus`;
  const run = async (query: PanelQuery): Promise<QueryResult> => {
    const result = await probe.ask(queryUrl(proxy, query.expr), { headers });
    const series = countOf(result);
    return series === undefined ? { ...query, series, error: describe(result) } : { ...query, series };
  };
  let results: QueryResult[] = [];
  for (const query of boards.flatMap(queriesOf)) results.push(await run(query));
  const known = await knownMetrics(context, proxy);
  // Rates need two samples, and rules an evaluation.
  while (results.some((result) => result.series === 0 && !mayBeEmpty(result, known)) && (await patience.pause())) {
    results = await Promise.all(results.map(async (result) => (result.series === 0 ? run(result) : result)));
  }
  return judgeDashboards(
    boards.map(({ title }) => title),
    results,
    known,
  );
}

/** Names that somebody exports or that a rule records. */
async function knownMetrics({ probe, places }: Context, proxy: string): Promise<Set<string>> {
  const headers = grafanaHeaders(places);
  const metadata = z
    .object({ data: z.record(z.string(), z.unknown()) })
    .safeParse(jsonOf(await probe.ask(`${proxy}/api/v1/metadata`, { headers })));
  const rules = z
    .object({ data: z.object({ groups: z.array(z.object({ rules: z.array(z.object({ name: z.string() })) })) }) })
    .safeParse(jsonOf(await probe.ask(`${proxy}/api/v1/rules`, { headers })));
  return new Set([
    'ALERTS',
    'ALERTS_FOR_STATE',
    ...(metadata.success ? Object.keys(metadata.data.data) : []),
    ...(rules.success ? rules.data.data.groups.flatMap((group) => group.rules.map(({ name }) => name)) : []),
  ]);
}

/** The queries of a board as Grafana would send them with the variables as they are at first. */
export function queriesOf(board: Board): PanelQuery[] {
  const fixed: Record<string, string> = {
    __rate_interval: '1m',
    __interval: '15s',
    __interval_ms: '15000',
    __range: '1h',
    __range_s: '3600',
    __range_ms: '3600000',
  };
  const own = board.templating.list.map(({ name, allValue, current }) => {
    const value = current?.value;
    const text = Array.isArray(value) ? value.join('|') : (value ?? '');
    return [name, text === '' || text === '$__all' ? (allValue ?? '.*') : text] as const;
  });
  const values: Record<string, string> = { ...fixed, ...Object.fromEntries(own) };
  const fill = (expr: string): string =>
    expr.replaceAll(/\$\{(\w+)(?::\w+)?\}|\$(\w+)/g, (all, braced?: string, plain?: string) => {
      return values[braced ?? plain ?? ''] ?? all;
    });
  return board.panels
    .flatMap((panel) => [panel, ...panel.panels])
    .flatMap(({ title, targets }) =>
      targets.flatMap(({ expr }) => (expr ? [{ place: `${board.title} / ${title}`, expr: fill(expr) }] : [])),
    );
}

export function mayBeEmpty({ expr }: PanelQuery, known: ReadonlySet<string>): boolean {
  return metricNames(expr).every((name) => known.has(name) || known.has(name.replace(/_(bucket|sum|count)$/, '')));
}

export function judgeDashboards(
  titles: readonly string[],
  results: readonly QueryResult[],
  known: ReadonlySet<string>,
): Finding {
  const problems: Problem[] = [];
  if (titles.length < fewestBoards) {
    problems.push({
      what: `Grafana has ${titles.length} of ${fewestBoards} dashboards`,
      why: titles.join(', ') || 'none is tagged "loadstar"',
      todo: 'Is monitoring/grafana/dashboards mounted at /etc/grafana/dashboards? See docker compose logs grafana.',
    });
  }
  for (const { place, expr, series, error } of results) {
    if (series === undefined) {
      problems.push({ what: `a query of ${place} fails`, why: error ?? expr, todo: `Try it in Prometheus: ${expr}` });
    }
  }
  const empty = results.filter(({ series }) => series === 0);
  for (const query of empty.filter((candidate) => !mayBeEmpty(candidate, known))) {
    const missing = metricNames(query.expr).filter((name) => !known.has(name));
    problems.push({
      what: `a query of ${query.place} finds no data`,
      why: `nobody exports ${missing.join(', ')}`,
      todo: `See "Prometheus Targets"; the query: ${query.expr}`,
    });
  }
  const quiet = empty.filter((query) => mayBeEmpty(query, known));
  return judged(`${titles.length} dashboards, ${results.length} queries`, problems, [
    ...titles,
    ...(quiet.length > 0 ? [`nothing to show yet: ${quiet.map(({ place }) => place).join(', ')}`] : []),
  ]);
}
