import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type MetricEntry, metricTable } from '@loadstar/shared';
import { metricProviders as targetProviders } from '../../apps/target/src/metrics/target-metrics.js';
import { metricProviders as workerProviders } from '../../apps/worker/src/metrics/worker-metrics.js';
import { repository } from '../support/apps.js';
import { rulesOf } from './support/expressions.js';

const page = readFileSync(join(repository, 'docs/reference/metrics.md'), 'utf8');

/** Rows of the table below a heading. */
function rowsUnder(heading: string): string[][] {
  const section = page.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? '';
  return section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll('`', '')),
    );
}

describe('docs/reference/metrics.md', () => {
  it('lists the master’s metrics as the table of names has them (npm run docs)', () => {
    const declared = Object.entries<MetricEntry>(metricTable).map(([name, { type, labels, help }]) => [
      name,
      type,
      labels.join(', '),
      help,
    ]);
    expect(rowsUnder('Master')).toEqual(declared);
  });

  it.each([
    ['Worker', workerProviders],
    ['Target', targetProviders],
  ])('lists the metrics of a %s, and no other', (heading, providers) => {
    // The library names a metric's provider by the metric, in capitals.
    const declared = providers.map((provider) =>
      'provide' in provider ? String(provider.provide).replace('PROM_METRIC_', '').toLowerCase() : '',
    );
    const listed = rowsUnder(heading).map(([name = '']) => name);
    expect(listed.toSorted()).toEqual(declared.toSorted());
  });

  it('lists what the recording rules record, and no other', () => {
    expect(rowsUnder('Recorded by Prometheus').map(([name]) => name)).toEqual(
      rulesOf('recording_rules').map(({ record }) => record),
    );
  });
});
