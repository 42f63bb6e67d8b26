import { useCallback } from 'react';
import { api } from '../../api/client.js';
import { Icon } from '../../components/icons.js';
import { Empty } from '../../components/notice.js';
import { useAction } from '../../components/use-action.js';
import { useMedia } from '../../components/use-media.js';
import type { LiveSnapshot } from '../../live/live-model.js';

interface Offer {
  id: string;
  title: string;
  about: string;
  path: string;
  fallback: string;
}

function offers(theme: string): Offer[] {
  return [
    {
      id: 'report',
      title: 'Report (HTML)',
      about: 'The whole run in one file that opens without a server: charts, tables, failures. For people.',
      path: `stats/report?download=1&theme=${theme}`,
      fallback: 'report.html',
    },
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
  ];
}

export function DownloadView({ live }: { live: LiveSnapshot }) {
  const dark = useMedia('(prefers-color-scheme: dark)');
  if (!live.run) {
    return (
      <Empty icon="download" title="Nothing to download yet">
        After the first test has been started, its numbers can be downloaded here as HTML and CSV, also while it runs.
      </Empty>
    );
  }
  return (
    <div className="downloads" data-testid="downloads">
      {offers(dark ? 'dark' : 'light').map((offer) => (
        <Download key={offer.id} offer={offer} />
      ))}
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
      <button type="button" className="button" onClick={start} disabled={busy} data-testid={`download-${offer.id}`}>
        <Icon name="download" /> {busy ? 'Preparing…' : 'Download'}
      </button>
    </section>
  );
}
