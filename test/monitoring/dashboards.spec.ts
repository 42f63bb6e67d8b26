import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { dashboardFiles, dashboards } from '../../monitoring/grafana/src/index.js';
import { limits } from '../../monitoring/grafana/src/build/limits.js';
import { isPanel, monitoring, panelsOf, readYaml, rulesOf } from './support/expressions.js';
import { schemaProblems } from './support/grafana-schema.js';

jest.setTimeout(180_000);

const all = Object.entries(dashboards);
const queriesOf = (panel: { targets?: object[] }): { expr: string }[] => (panel.targets ?? []) as { expr: string }[];
/** Grafana's own. */
const builtIn = /^__(rate_interval|interval|interval_ms|range|all)$/;

describe('dashboards', () => {
  it('are checked in as the sources generate them (npm run dashboards)', () => {
    const folder = join(monitoring, 'grafana/dashboards');
    const checkedIn = Object.fromEntries(
      readdirSync(folder).map((file) => [file, readFileSync(join(folder, file), 'utf8')]),
    );
    expect(checkedIn).toEqual(dashboardFiles());
  });

  it('are the three required ones and the run explorer', () => {
    expect(all.map(([, { uid, title }]) => [uid, title])).toEqual([
      ['loadstar-load-test', 'Load test performance'],
      ['loadstar-infrastructure', 'Infrastructure'],
      ['loadstar-key-figures', 'Performance KPIs'],
      ['loadstar-run-explorer', 'Run explorer'],
    ]);
  });

  it('fit the types of Grafana’s schema package', () => {
    expect(schemaProblems(dashboards)).toEqual([]);
  });

  it('would not fit with a misspelt or misplaced property', () => {
    const [[file, dashboard]] = all as [(typeof all)[number]];
    const [row, first, ...rest] = dashboard.panels ?? [];
    const spoilt = { ...dashboard, panels: [row!, { ...first!, tittle: 'x' }, ...rest], refresh: 5 };
    const problems = schemaProblems({ [file]: spoilt as unknown as typeof dashboard });
    expect(problems).toHaveLength(2);
    expect(problems.join(' ')).toMatch(/refresh.*tittle/s);
  });

  it.each(all)(
    '%s: every panel has a title of its own, a description, a unit and words for when it is empty',
    (_file, board) => {
      const titles = panelsOf(board).map(({ title }) => title);
      expect(new Set(titles).size).toBe(titles.length);
      for (const panel of panelsOf(board)) {
        const { title = '', description = '', fieldConfig } = panel;
        expect(title).toMatch(/\S/);
        expect([title, description.length > 8 && description.endsWith('.')]).toEqual([title, true]);
        if (queriesOf(panel).length === 0) {
          expect([title, panel.type]).toEqual([title, 'alertlist']);
          continue;
        }
        expect([title, fieldConfig?.defaults.unit]).toEqual([title, expect.stringMatching(/^\w+$/)]);
        expect([title, fieldConfig?.defaults.noValue]).toEqual([title, expect.stringMatching(/\.$/)]);
        expect([title, fieldConfig?.defaults.thresholds?.steps.length]).toEqual([title, expect.any(Number)]);
        expect(panel.datasource).toEqual({ type: 'prometheus', uid: '${datasource}' });
      }
    },
  );

  it.each(all)('%s: panels fill the grid without overlap', (_file, board) => {
    const taken = new Set<string>();
    for (const { gridPos, title } of board.panels ?? []) {
      const { x = 0, y = 0, w = 0, h = 0 } = gridPos ?? {};
      expect([title, x + w <= 24]).toEqual([title, true]);
      for (let column = x; column < x + w; column++) {
        for (let line = y; line < y + h; line++) {
          const cell = `${column}:${line}`;
          expect([title, taken.has(cell)]).toEqual([title, false]);
          taken.add(cell);
        }
      }
    }
  });

  it.each(all)('%s: uses the variables that it has, and has none that it does not use', (_file, board) => {
    const text = JSON.stringify([board.panels, board.links, board.templating, board.annotations]);
    const used = new Set([...text.matchAll(/\$\{?(\w+)\}?/g)].map(([, name = '']) => name));
    const own = (board.templating.list ?? []).map(({ name }) => name);
    for (const name of used) if (!builtIn.test(name)) expect(own).toContain(name);
    for (const name of own) expect(used).toContain(name);
  });

  it.each(all)(
    '%s: leads to the other boards and to the console, and marks runs, edits, losses and alerts',
    (_file, board) => {
      expect(board.tags).toEqual(['loadstar']);
      expect(board.links).toEqual([
        expect.objectContaining({ type: 'dashboards', tags: ['loadstar'], keepTime: true, includeVars: true }),
        expect.objectContaining({ type: 'link', url: '${console}/#/live/charts' }),
      ]);
      expect(board.annotations.list?.map(({ name }) => name)).toEqual(['Runs', 'Edits', 'Lost workers', 'Alerts']);
    },
  );

  it('can be narrowed to run, scenario, name and worker', () => {
    for (const file of ['load-test.json', 'run-explorer.json']) {
      const names = dashboards[file]?.templating.list?.map(({ name }) => name);
      expect(names).toEqual(expect.arrayContaining(['run', 'scenario', 'name', 'worker']));
    }
  });

  it('list the firing alerts where load and infrastructure are shown', () => {
    for (const file of ['load-test.json', 'infrastructure.json']) {
      expect(dashboards[file]?.panels?.filter(isPanel).map(({ type }) => type)).toContain('alertlist');
    }
  });

  it('colour by the limits that the alerts have', () => {
    const exprOf = (alert: string): string => rulesOf('alert_rules').find((rule) => rule.alert === alert)?.expr ?? '';
    expect(exprOf('HighErrorRate')).toMatch(new RegExp(`> ${limits.errorRatio}$`));
    expect(exprOf('HighResponseTime')).toMatch(new RegExp(`> ${limits.responseSeconds}$`));
    expect(exprOf('GeneratorLagging')).toMatch(new RegExp(`> ${limits.lagSeconds}$`));
    for (const alert of ['HighCpu', 'HighMemory', 'ContainerHighMemory', 'GeneratorSaturated']) {
      expect(exprOf(alert)).toMatch(new RegExp(`> ${limits.resourceRatio}$`));
    }
  });

  it('are provisioned with the data source that they name', () => {
    const { datasources } = readYaml<{ datasources: { uid: string; type: string; isDefault?: boolean }[] }>(
      'monitoring/grafana/provisioning/datasources/datasources.yml',
    );
    expect(datasources[0]).toMatchObject({ uid: 'prometheus', type: 'prometheus', isDefault: true });
    for (const [, board] of all) {
      expect(board.templating.list?.[0]).toMatchObject({
        name: 'datasource',
        query: 'prometheus',
        current: { value: 'prometheus' },
      });
    }
  });
});
