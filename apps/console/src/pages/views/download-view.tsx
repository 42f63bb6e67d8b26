import type { StatsRow } from '@loadstar/shared';
import { useCallback } from 'react';
import { api, runPath } from '../../api/client.js';
import { saveAs } from '../../api/save-as.js';
import { CopyCurl } from '../../components/copy-button.js';
import { Icon } from '../../components/icons.js';
import { Empty } from '../../components/notice.js';
import { useAction } from '../../components/use-action.js';
import { useMedia } from '../../components/use-media.js';
import { csvOf } from '../../format/csv.js';
import type { LiveSnapshot } from '../../live/live-model.js';

interface Offer {
  id: string;
  title: string;
  about: string;
  path: string;
  fallback: string;
}

/** Of any run. */
function runOffers(id: string, theme: string): Offer[] {
  return [
    {
      id: 'report',
      title: 'Report (HTML)',
      about: 'The whole run in one file that opens without a server: charts, tables, failures. For people.',
      path: `${runPath(id)}/report.html?download=1&theme=${theme}`,
      fallback: 'report.html',
    },
    {
      id: 'summary',
      title: 'Summary (JSON)',
      about: 'Every number of the run as one document: percentiles, outcomes, thresholds, workers. For programs.',
      path: `${runPath(id)}/summary`,
      fallback: `${id}-summary.json`,
    },
    {
      id: 'series',
      title: 'Second by second (JSON)',
      about: 'What the charts draw: requests, failures, users and percentiles of each second.',
      path: `${runPath(id)}/series`,
      fallback: `${id}-series.json`,
    },
  ];
}

/** Of the newest run, in Locust's columns. */
const newestOffers: readonly Offer[] = [
  {
    id: 'requests',
    title: 'Requests (CSV)',
    about: 'One line for every request name: counts, rates, times and percentiles.',
    path: 'stats/requests/csv',
    fallback: 'requests.csv',
  },
  {
    id: 'failures',
    title: 'Failures (CSV)',
    about: 'Failures by name and cause, with first and last occurrence.',
    path: 'stats/failures/csv',
    fallback: 'failures.csv',
  },
  {
    id: 'exceptions',
    title: 'Exceptions (CSV)',
    about: 'Errors thrown by the scenario, with stack traces and workers.',
    path: 'exceptions/csv',
    fallback: 'exceptions.csv',
  },
  {
    id: 'history',
    title: 'History (CSV)',
    about: 'The run second by second.',
    path: 'stats/requests_full_history/csv',
    fallback: 'history.csv',
  },
];

export function DownloadView({ live, past }: { live: LiveSnapshot; past: boolean }) {
  const theme = useMedia('(prefers-color-scheme: dark)') ? 'dark' : 'light';
  if (!live.run) {
    return (
      <Empty icon="download" title="Nothing to download yet">
        After the first test has been started, its numbers can be downloaded here as HTML, JSON and CSV, also while it
        runs.
      </Empty>
    );
  }
  const { id } = live.run;
  return (
    <div className="downloads" data-testid="downloads">
      {[...runOffers(id, theme), ...(past ? [] : newestOffers)].map((offer) => (
        <Download key={offer.id} offer={offer} />
      ))}
      {past ? <LocalCsv id={id} rows={live.stats?.rows ?? []} /> : null}
    </div>
  );
}

function Download({ offer }: { offer: Offer }) {
  const { path, fallback } = offer;
  const [start, busy] = useAction(useCallback(() => api.download(path, fallback), [path, fallback]));
  return (
    <section className="card download">
      <h2>{offer.title}</h2>
      <p>{offer.about}</p>
      <div className="row">
        <button type="button" className="button" onClick={start} disabled={busy} data-testid={`download-${offer.id}`}>
          <Icon name="download" /> {busy ? 'Preparing…' : 'Download'}
        </button>
        <CopyCurl call={{ method: 'GET', path }} />
      </div>
    </section>
  );
}

/** The master writes CSV files of the newest run only; of others the page writes what its table shows. */
function LocalCsv({ id, rows }: { id: string; rows: readonly StatsRow[] }) {
  const save = () => saveAs(new Blob([csvOf(rows)], { type: 'text/csv' }), `${id}-requests.csv`);
  return (
    <section className="card download">
      <h2>Requests (CSV)</h2>
      <p>The statistics table, a line for every request name. Times in milliseconds.</p>
      <button type="button" className="button" onClick={save} data-testid="download-requests">
        <Icon name="download" /> Download
      </button>
    </section>
  );
}
