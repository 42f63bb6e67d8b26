import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Dashboard, Panel, RowPanel } from '@grafana/grafana-foundation-sdk/dashboard';
import { parse } from 'yaml';
import { dashboards } from '../../../monitoring/grafana/src/index.js';
import { repository } from '../../support/apps.js';

export const monitoring = join(repository, 'monitoring');

export interface Rule {
  alert?: string;
  record?: string;
  expr: string;
  for?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

export interface RuleFile {
  groups: { name: string; rules: Rule[] }[];
}

export const readYaml = <T>(path: string): T => parse(readFileSync(join(repository, path), 'utf8')) as T;

export const rulesOf = (file: 'alert_rules' | 'recording_rules'): Rule[] =>
  readYaml<RuleFile>(`monitoring/prometheus/${file}.yml`).groups.flatMap(({ rules }) => rules);

export const isPanel = (panel: Panel | RowPanel): panel is Panel => panel.type !== 'row';

export const panelsOf = (dashboard: Dashboard): Panel[] => (dashboard.panels ?? []).filter(isPanel);

export interface PanelQuery {
  /** Where it is, for messages: board / panel / query. */
  place: string;
  expr: string;
}

/** Whether the values that a variable offers are there: `label_values(metric, label)` as an expression. */
export function variableQueries(): PanelQuery[] {
  return Object.entries(dashboards).flatMap(([file, { templating }]) =>
    (templating.list ?? []).flatMap(({ name, definition = '' }) => {
      const [, metric, label] = /^label_values\((.+), (\w+)\)$/.exec(definition) ?? [];
      if (metric === undefined) return [];
      return [{ place: `${file.replace('.json', '')} / variable ${name}`, expr: `count by (${label}) (${metric})` }];
    }),
  );
}

export function panelQueries(): PanelQuery[] {
  return Object.entries(dashboards).flatMap(([file, dashboard]) => [
    ...panelsOf(dashboard).flatMap((panel) =>
      ((panel.targets ?? []) as { refId?: string; expr?: string }[]).map(({ refId, expr = '' }) => ({
        place: `${file.replace('.json', '')} / ${panel.title} / ${refId}`,
        expr,
      })),
    ),
    ...(dashboard.annotations.list ?? []).map(({ name, expr = '' }) => ({
      place: `${file.replace('.json', '')} / annotation ${name}`,
      expr,
    })),
  ]);
}

/** Puts values in for the variables of a board and for Grafana's own. */
export function fill(expr: string, values: Record<string, string>): string {
  return expr.replaceAll(/\$\{?(\w+)\}?/g, (_all, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`no value for $${name} in ${expr}`);
    return value;
  });
}

/**
 * The expression of an alert so that it has a series also while all is well: a comparison then says 0 or 1 for each
 * series instead of dropping those that do not fit. An alert whose form is empty reads metrics that nobody exports.
 */
export function asQuestion(expr: string): string {
  return expr.replaceAll(/ (==|>|<) (?=\d)/g, ' $1 bool ').replaceAll(/\bunless\b/g, 'and');
}
