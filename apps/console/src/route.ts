// Hash routes: deep links that work from any static server and below any path.
import { useSyncExternalStore } from 'react';

export const views = [
  'charts',
  'statistics',
  'failures',
  'exceptions',
  'workers',
  'tasks',
  'logs',
  'download',
] as const;
export type View = (typeof views)[number];

export type Route = { page: 'home' } | { page: 'new' } | { page: 'live'; view: View };

export function readRoute(hash: string): Route {
  const [page, view] = hash.replace(/^#\/?/, '').split('/');
  if (page === 'new') return { page: 'new' };
  if (page === 'live') return { page: 'live', view: views.find((name) => name === view) ?? 'charts' };
  return { page: 'home' };
}

export function hashOf(route: Route): string {
  if (route.page === 'home') return '#/';
  return route.page === 'new' ? '#/new' : `#/live/${route.view}`;
}

export function goTo(route: Route): void {
  location.hash = hashOf(route);
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
