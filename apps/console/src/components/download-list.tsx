import { useCallback } from 'react';
import { api } from '../api/client.js';
import { type Offer, reportOffers } from '../runs/report-offers.js';
import { CopyCurl } from './copy-button.js';
import { Icon } from './icons.js';
import { useAction } from './use-action.js';
import { useMedia } from './use-media.js';

interface DownloadListProps {
  id: string;
  /** A line for each, without what it is for. */
  short?: boolean;
}

/** Every file that there is of a run, each with the command that fetches it. */
export function DownloadList({ id, short = false }: DownloadListProps) {
  const theme = useMedia('(prefers-color-scheme: dark)') ? 'dark' : 'light';
  return (
    <div className={short ? 'downloads short' : 'downloads'} data-testid="downloads">
      {reportOffers(id, theme).map((offer) => (
        <Download key={offer.id} offer={offer} short={short} />
      ))}
    </div>
  );
}

function Download({ offer, short }: { offer: Offer; short: boolean }) {
  const { id, title, about, path, fallback } = offer;
  const [start, busy] = useAction(useCallback(() => api.download(path, fallback), [path, fallback]));
  const actions = (
    <div className="row">
      <button
        type="button"
        className="button"
        onClick={start}
        disabled={busy}
        aria-label={`Download ${title}`}
        data-testid={`download-${id}`}
      >
        <Icon name="download" /> {busy ? 'Preparing…' : 'Download'}
      </button>
      <CopyCurl call={{ method: 'GET', path }} name={`Copy as curl: ${title}`} />
    </div>
  );
  if (short) {
    return (
      <div className="row between">
        <span title={about}>{title}</span>
        {actions}
      </div>
    );
  }
  return (
    <section className="card download">
      <h2>{title}</h2>
      <p>{about}</p>
      {actions}
    </section>
  );
}
