import { join } from 'node:path';
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import ts from 'typescript';
import { repository } from '../../support/apps.js';
import { panelsOf } from './expressions.js';

/** Module of the schema package with `Options` and, where said, `FieldConfig` of a panel type. */
const panelModules: Record<string, { module: string; fieldConfig: boolean }> = {
  heatmap: { module: 'heatmap/panelcfg/x/HeatmapPanelCfg_types.gen', fieldConfig: true },
  stat: { module: 'stat/panelcfg/x/StatPanelCfg_types.gen', fieldConfig: false },
  'state-timeline': { module: 'statetimeline/panelcfg/x/StateTimelinePanelCfg_types.gen', fieldConfig: true },
  table: { module: 'table/panelcfg/x/TablePanelCfg_types.gen', fieldConfig: true },
  timeseries: { module: 'timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen', fieldConfig: true },
};

/** What Grafana reads and its foundation SDK knows, but its schema package does not declare. */
const undeclared = {
  variable: ['auto', 'auto_min', 'auto_count', 'definition'],
  annotation: ['expr', 'step', 'titleFormat', 'textFormat'],
};

const without = <T extends object>(object: T, keys: string[]): Partial<T> =>
  Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key))) as Partial<T>;

function source(dashboards: Record<string, Dashboard>): string {
  const imports = Object.entries(panelModules).map(
    ([, { module }], index) =>
      `import type * as panel${index} from '@grafana/schema/dist/esm/raw/composable/${module}';`,
  );
  const claims: string[] = [];
  const claim = (type: string, value: unknown): void => {
    claims.push(`export const value${claims.length}: Plain<${type}> = ${JSON.stringify(value, null, 1)};`);
  };
  for (const dashboard of Object.values(dashboards)) {
    claim('Dashboard', {
      ...dashboard,
      templating: { list: dashboard.templating.list?.map((each) => without(each, undeclared.variable)) },
      annotations: { list: dashboard.annotations.list?.map((each) => without(each, undeclared.annotation)) },
    });
    for (const panel of panelsOf(dashboard)) {
      const index = Object.keys(panelModules).indexOf(panel.type);
      if (index === -1) continue;
      claim(`panel${index}.Options`, panel.options);
      if (panelModules[panel.type]?.fieldConfig)
        claim(`panel${index}.FieldConfig`, panel.fieldConfig?.defaults.custom ?? {});
    }
  }
  return [
    `import type { Dashboard } from '@grafana/schema/dist/esm/raw/dashboard/x/Dashboard_types.gen';`,
    ...imports,
    // JSON has the values of enums, not their members.
    'type Plain<T> = unknown extends T ? unknown : T extends string ? `${T}` : T extends (infer E)[] ? Plain<E>[] :',
    '  T extends object ? { [K in keyof T]: Plain<T[K]> } : T;',
    ...claims,
  ].join('\n');
}

/**
 * Checks dashboards against the types of Grafana's own schema package, unknown properties included: the package has no
 * schema that runs, so its types are compiled against the JSON.
 * @returns what is wrong; empty when all fits. Panel types that the package does not have (alertlist) are not looked into.
 */
export function schemaProblems(dashboards: Record<string, Dashboard>): string[] {
  const file = join(repository, 'test/monitoring/dashboards-as-code.ts');
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const text = source(dashboards);
  const { getSourceFile, fileExists, readFile } = host;
  host.fileExists = (path) => path === file || fileExists(path);
  host.readFile = (path) => (path === file ? text : readFile(path));
  host.getSourceFile = (path, ...rest) =>
    path === file ? ts.createSourceFile(path, text, ts.ScriptTarget.ES2023) : getSourceFile(path, ...rest);
  const program = ts.createProgram([file], options, host);
  return ts.getPreEmitDiagnostics(program).map(({ messageText, start = 0 }) => {
    const line = text.slice(0, start).split('\n').length;
    const near = text
      .split('\n')
      .slice(line - 2, line + 1)
      .join(' ')
      .replaceAll(/\s+/g, ' ');
    return `${ts.flattenDiagnosticMessageText(messageText, ' ')} near ${near}`;
  });
}
