// Finding a run in the list: words of anything that is shown of it, and `verdict:failed` or `state:running` exactly.
import type { RunView } from '@loadstar/shared';
import { lookOf } from '../live/run-phase.js';

export function searchRuns(runs: readonly RunView[], search: string): readonly RunView[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return words.length === 0 ? runs : runs.filter((run) => words.every((word) => matches(run, word)));
}

function matches(run: RunView, word: string): boolean {
  const [key, value] = word.split(':', 2);
  if (key === 'verdict' && value) return run.verdict === value;
  if (key === 'state' && value) return run.state === value;
  if (key === 'tag' && value) return run.tags?.some((tag) => tag.toLowerCase() === value) === true;
  return textOf(run).includes(word);
}

function textOf(run: RunView): string {
  const { id, scenario, host, shape, seed, verdict, reason, queue, notes } = run;
  const parts = [id, scenario, host, shape, seed, verdict, reason, queue?.owner, notes, lookOf(run.state).label];
  return [...parts, ...(run.tags ?? [])].filter(Boolean).join(' ').toLowerCase();
}

/** Seconds that a run took, or has taken so far; null while it has not begun. */
export function durationOf(
  { startedAt, endedAt }: Pick<RunView, 'startedAt' | 'endedAt'>,
  nowMs: number,
): number | null {
  if (startedAt === null) return null;
  return Math.max(0, ((endedAt === null ? nowMs : Date.parse(endedAt)) - Date.parse(startedAt)) / 1000);
}
