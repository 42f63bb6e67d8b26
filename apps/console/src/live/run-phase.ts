// What can be done with a run in each of its states, and how the states are called on the page.
import type { RunState } from '@loadstar/shared';

export type Tone = 'neutral' | 'busy' | 'good' | 'warn' | 'bad';

const looks: Record<RunState | 'ready', { label: string; tone: Tone; active: boolean }> = {
  ready: { label: 'Ready', tone: 'neutral', active: false },
  queued: { label: 'Queued', tone: 'busy', active: true },
  preparing: { label: 'Preparing', tone: 'busy', active: true },
  spawning: { label: 'Spawning', tone: 'busy', active: true },
  running: { label: 'Running', tone: 'good', active: true },
  stopping: { label: 'Stopping', tone: 'warn', active: true },
  finished: { label: 'Finished', tone: 'neutral', active: false },
  failed: { label: 'Failed', tone: 'bad', active: false },
  aborted: { label: 'Aborted', tone: 'bad', active: false },
};

export function lookOf(state: RunState | 'ready', paused = false): { label: string; tone: Tone } {
  return paused && isEditable(state) ? { label: 'Paused', tone: 'warn' } : looks[state];
}

/** True from the moment a run is asked for until its last number is in. */
export function isActive(state: RunState | 'ready' | undefined): boolean {
  return state !== undefined && looks[state].active;
}

/** Load can be changed only while it is being made. */
export function isEditable(state: RunState | 'ready' | undefined): boolean {
  return state === 'spawning' || state === 'running';
}
