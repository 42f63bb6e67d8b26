// What happened to a run, as far as two neighbouring frames tell: workers that came and went, edits, phases. Used where
// the master sends no events of its own, and says no more than this page has seen.
import type { LiveFrame, RunView, WorkerView } from '@loadstar/shared';
import type { RunEvent } from '../api/extras.js';
import { numbers } from '../format/numbers.js';
import { isActive, lookOf } from './run-phase.js';

/** Enough for any run that people look at; the oldest leave first. */
const mostEvents = 500;

export interface Seen {
  run: RunView | null;
  workers: readonly WorkerView[];
}

/** Events between what was seen before and a frame of the same run. */
export function eventsBetween(before: Seen, frame: LiveFrame, nowMs: number): RunEvent[] {
  const { run, stats } = frame;
  if (!run || !before.run || before.run.id !== run.id || !isActive(before.run.state)) return [];
  const found: Pick<RunEvent, 'kind' | 'text'>[] = [
    ...loadEvents(before.run, run),
    ...workerEvents(before.workers, frame.workers),
  ];
  if (before.run.state !== run.state) found.push({ kind: 'phase', text: `${lookOf(run.state).label}.` });
  const moment = { second: stats.elapsedSeconds, at: new Date(nowMs).toISOString() };
  return found.map((event) => ({ ...moment, ...event }));
}

export function addEvents(known: readonly RunEvent[], fresh: readonly RunEvent[]): readonly RunEvent[] {
  return fresh.length === 0 ? known : [...known, ...fresh].slice(-mostEvents);
}

function loadEvents(before: RunView, now: RunView): Pick<RunEvent, 'kind' | 'text'>[] {
  const texts: string[] = [];
  if (now.users !== null && before.users !== now.users) texts.push(`${numbers.count(now.users)} users`);
  if (now.spawnRate !== null && before.spawnRate !== now.spawnRate) {
    texts.push(`${numbers.rate(now.spawnRate)} users per second`);
  }
  if (before.runTimeSeconds !== now.runTimeSeconds) texts.push('another run time');
  return texts.length === 0 ? [] : [{ kind: 'edited', text: `Load changed: ${texts.join(', ')}.` }];
}

function workerEvents(before: readonly WorkerView[], now: readonly WorkerView[]): Pick<RunEvent, 'kind' | 'text'>[] {
  const known = new Map(before.map((worker) => [worker.incarnation, worker]));
  const events: Pick<RunEvent, 'kind' | 'text'>[] = [];
  for (const worker of now) {
    const last = known.get(worker.incarnation);
    known.delete(worker.incarnation);
    if (last === undefined) events.push({ kind: 'joined', text: `${worker.id} joined.` });
    else if (last.state !== worker.state) events.push(...presenceEvents(worker, last));
  }
  for (const gone of known.values()) {
    if (gone.state !== 'lost') events.push({ kind: 'lost', text: `${gone.id} left.` });
  }
  return events;
}

function presenceEvents(worker: WorkerView, last: WorkerView): Pick<RunEvent, 'kind' | 'text'>[] {
  if (worker.state === 'lost') return [{ kind: 'lost', text: `${worker.id} was lost.` }];
  if (worker.state === 'suspect') return [{ kind: 'fault', text: `${worker.id} is not heard of.` }];
  return last.state === 'suspect' ? [{ kind: 'joined', text: `${worker.id} is heard of again.` }] : [];
}
