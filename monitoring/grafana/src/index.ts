// All dashboards by file name. Grafana as code: titles, queries and limits are reviewed and tested like the rest.
import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard';
import { infrastructure } from './boards/infrastructure.js';
import { keyFigures } from './boards/key-figures.js';
import { loadTest } from './boards/load-test.js';
import { runExplorer } from './boards/run-explorer.js';

export const dashboards: Record<string, Dashboard> = {
  'load-test.json': loadTest,
  'infrastructure.json': infrastructure,
  'key-figures.json': keyFigures,
  'run-explorer.json': runExplorer,
};

/** The files as they are checked in. */
export function dashboardFiles(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(dashboards).map(([file, dashboard]) => [file, `${JSON.stringify(dashboard, null, 2)}\n`]),
  );
}
