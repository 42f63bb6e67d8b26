// Writes the dashboards (npm run dashboards): TypeScript in, JSON for Grafana's provisioning out. Run it after an edit of
// src/; test/monitoring/dashboards.spec.ts fails when it was forgotten.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = import.meta.dirname;
const folder = join(root, 'dashboards');
const scratch = mkdtempSync(join(tmpdir(), 'loadstar-dashboards-'));
try {
  const outfile = join(scratch, 'dashboards.mjs');
  await build({ entryPoints: [join(root, 'src/index.ts')], outfile, bundle: true, format: 'esm', platform: 'node' });
  const { dashboardFiles } = await import(pathToFileURL(outfile).href);
  mkdirSync(folder, { recursive: true });
  for (const name of readdirSync(folder)) rmSync(join(folder, name));
  for (const [name, text] of Object.entries(dashboardFiles())) writeFileSync(join(folder, name), text);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
