/**
 * What a change of a run's record means in words. Everything that happens to a run is a change of its record, so its
 * events are made where records are changed: they are as durable as it, and nothing can happen without one.
 */
import { formatRunTime, type LoadChange } from '@loadstar/shared';
import { loadInForce, type RecordedEvent, type RunPatch, type RunRecord } from './run-record.js';
import { isEnd } from './run-state.js';

/** More of them say nothing new; the end of a run is told all the same. */
export const eventsKept = 500;

type Told = Pick<RecordedEvent, 'kind' | 'text'>;

/** The patch with the events that follow from it. @param atMs wall-clock milliseconds since the epoch */
export function withEvents(before: RunRecord, patch: RunPatch, atMs: number): RunPatch {
  const events = patch.events ?? before.events ?? [];
  const told = eventsOf(before, patch);
  const fresh = events.length < eventsKept ? told : told.slice(-1).filter(() => patch.state && isEnd(patch.state));
  if (fresh.length === 0) return patch;
  return { ...patch, events: [...events, ...fresh.map((event) => ({ atMs: Math.round(atMs), ...event }))] };
}

/** The record's events and one more. */
export function addEvent({ events = [] }: RunRecord, event: RecordedEvent): readonly RecordedEvent[] {
  return events.length < eventsKept ? [...events, event] : events;
}

function eventsOf(before: RunRecord, patch: RunPatch): Told[] {
  const { changes } = patch;
  return [
    ...(changes && changes.at(-1) !== before.changes.at(-1) ? changeEvents(before, changes) : []),
    ...workerEvents(before, patch),
    ...stateEvents(before, patch),
  ];
}

function changeEvents(before: RunRecord, changes: readonly LoadChange[]): Told[] {
  const change = changes.at(-1);
  if (!change) return [];
  const told: Told[] = [];
  if (change.paused !== undefined) told.push({ kind: 'paused', text: change.paused ? 'Paused.' : 'Resumed.' });
  const words = changeWords(before, change);
  if (words.length > 0) told.push({ kind: 'edited', text: `Load changed: ${words.join(', ')}.` });
  return told;
}

function changeWords(before: RunRecord, change: LoadChange): string[] {
  const { users, spawnRate } = loadInForce(before);
  const words: string[] = [];
  if (users !== undefined && change.users !== users) words.push(`${change.users} users`);
  if (spawnRate !== undefined && change.spawnRate !== spawnRate) words.push(`${change.spawnRate} users per second`);
  if (change.runTimeMs !== undefined) words.push(`the end is in ${formatRunTime(change.runTimeMs / 1000)}`);
  if (change.userClasses) words.push(`user classes ${change.userClasses.join(', ') || 'all'}`);
  for (const [name, weight] of Object.entries(change.classWeights ?? {})) words.push(`weight of ${name} ${weight}`);
  for (const [name, tasks] of Object.entries(change.tasks ?? {})) words.push(`tasks of ${name} ${tasks.join(', ')}`);
  for (const { name, vus, rate } of change.scenarios ?? []) {
    words.push(`${name} ${vus === undefined ? `${rate} per time unit` : `${vus} users`}`);
  }
  return words;
}

function workerEvents(before: RunRecord, { workers, state }: RunPatch): Told[] {
  // The first ones are told with the start.
  if (!workers || (before.workers.length === 0 && state !== undefined)) return [];
  const known = new Set(before.workers.map(({ incarnation }) => incarnation));
  const fresh = workers.filter(({ incarnation }) => !known.has(incarnation));
  return fresh.map(({ id }) => ({ kind: 'joined', text: `Worker ${id} joined.` }));
}

function stateEvents(before: RunRecord, { state, reason, workers }: RunPatch): Told[] {
  if (state === undefined || state === before.state) return [];
  const text = stateText(before, state, reason ?? before.reason, workers?.length ?? before.workers.length);
  return text === undefined ? [] : [{ kind: 'phase', text }];
}

function stateText(
  before: RunRecord,
  state: RunRecord['state'],
  reason: string | undefined,
  workers: number,
): string | undefined {
  const because = reason === undefined ? '.' : `: ${reason}.`;
  switch (state) {
    case 'queued':
      return 'Back in the queue.';
    case 'preparing':
      return 'Its turn has come.';
    case 'spawning':
      // Back from running: the change or the worker that it is for has its own event.
      return before.state === 'running' ? undefined : `Started on ${workers} worker${workers === 1 ? '' : 's'}.`;
    case 'running':
      return 'All users are there.';
    case 'stopping':
      return `Ending${because}`;
    case 'finished':
      return 'Finished.';
    case 'failed':
      return `Failed${because}`;
    case 'aborted':
      return `Aborted${because}`;
  }
}
