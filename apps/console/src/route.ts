// Hash routes: deep links that work from any static server and below any path.
import { useSyncExternalStore } from 'react';
import { mostCompared } from './runs/compare.js';

export const views = [
  'charts',
  'statistics',
  'failures',
  'exceptions',
  'checks',
  'capacity',
  'workers',
  'tasks',
  'events',
  'logs',
  'download',
] as const;
export type View = (typeof views)[number];

export type Route =
  | { page: 'home' }
  /** `from`: id of the run that the form is filled from. */
  | { page: 'new'; from?: string }
  /** Whatever run is the newest. */
  | { page: 'live'; view: View }
  | { page: 'run'; id: string; view: View }
  | { page: 'runs'; search: string }
  /** The first is what the others are measured by. */
  | { page: 'compare'; ids: readonly string[] };

export function readRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const [page, ...rest] = path.split('/').map(decoded);
  const asked = new URLSearchParams(query);
  if (page === 'new') {
    const from = asked.get('from');
    return from === null ? { page: 'new' } : { page: 'new', from };
  }
  if (page === 'live') return { page: 'live', view: viewOf(rest[0]) };
  if (page === 'runs' && rest[0]) return { page: 'run', id: rest[0], view: viewOf(rest[1]) };
  if (page === 'runs') return { page: 'runs', search: asked.get('q') ?? '' };
  if (page === 'compare' && rest.length > 1)
    return { page: 'compare', ids: rest.filter(Boolean).slice(0, mostCompared) };
  return { page: 'home' };
}

export function hashOf(route: Route): string {
  const text = encodeURIComponent;
  switch (route.page) {
    case 'home':
      return '#/';
    case 'new':
      return route.from === undefined ? '#/new' : `#/new?from=${text(route.from)}`;
    case 'live':
      return `#/live/${route.view}`;
    case 'run':
      return `#/runs/${text(route.id)}/${route.view}`;
    case 'runs':
      return route.search === '' ? '#/runs' : `#/runs?q=${text(route.search)}`;
    case 'compare':
      return `#/compare/${route.ids.map(text).join('/')}`;
  }
}

export function goTo(route: Route): void {
  location.hash = hashOf(route);
}

/** Changes the address without a step in the history, as while somebody types a search. */
export function replaceWith(route: Route): void {
  history.replaceState(null, '', hashOf(route));
  dispatchEvent(new HashChangeEvent('hashchange'));
}

export function useRoute(): Route {
  const hash = useSyncExternalStore(
    (listener) => {
      addEventListener('hashchange', listener);
      return () => removeEventListener('hashchange', listener);
    },
    () => location.hash,
  );
  return readRoute(hash);
}

function viewOf(name: string | undefined): View {
  return views.find((view) => view === name) ?? 'charts';
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
