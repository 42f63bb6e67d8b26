// What the page adds to what the master says of a run.
import type { RunEvent as ToldEvent, RunEventKind } from '@loadstar/shared';

/** `page`: something that only this page has noticed. */
export type EventKind = RunEventKind | 'page';

/** Something that happened to a run, drawn as a mark on its charts. */
export type RunEvent = Omit<ToldEvent, 'kind'> & { kind: EventKind };
