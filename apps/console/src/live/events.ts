// What happened to a run: as the master tells it, and what only this page can know.
import type { RunEvent } from '../api/extras.js';

/** Enough for any run that people look at; the oldest leave first. */
const mostEvents = 1000;

export function addEvents(known: readonly RunEvent[], fresh: readonly RunEvent[]): readonly RunEvent[] {
  return fresh.length === 0 ? known : [...known, ...fresh].slice(-mostEvents);
}

/** All that the master tells, with what the page has noticed itself in its place. */
export function withOwnEvents(known: readonly RunEvent[], told: readonly RunEvent[]): readonly RunEvent[] {
  const own = known.filter(({ kind }) => kind === 'page');
  if (own.length === 0) return told;
  return [...told, ...own].toSorted((a, b) => a.second - b.second);
}
