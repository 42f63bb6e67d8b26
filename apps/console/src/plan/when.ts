// When a test begins: at once, when its turn comes, or again and again.
import type { CreateRunBody, CreateScheduleBody, QueueRequest } from '@loadstar/shared';
import { readAmount } from '../format/amounts.js';
import { readRunTime } from '../format/durations.js';

export type WhenKind = 'now' | 'queue' | 'schedule';

/** All as typed. */
export interface WhenForm {
  kind: WhenKind;
  priority: string;
  delaySeconds: string;
  minWorkers: string;
  /** `zone=eu, disk=ssd` */
  labels: string;
  name: string;
  cron: string;
  timeZone: string;
}

export type WhenField = Exclude<keyof WhenForm, 'kind'>;
export type WhenProblems = Partial<Record<WhenField, string>>;

export const whenFields: readonly WhenField[] = [
  'priority',
  'delaySeconds',
  'minWorkers',
  'labels',
  'name',
  'cron',
  'timeZone',
];

export function firstWhen(): WhenForm {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return { kind: 'now', priority: '', delaySeconds: '', minWorkers: '', labels: '', name: '', cron: '', timeZone };
}

export function checkWhen(when: WhenForm): WhenProblems {
  const problems: WhenProblems = {};
  const note = (field: WhenField, problem: string | undefined) => {
    if (problem !== undefined) problems[field] = problem;
  };
  if (when.kind === 'now') return problems;
  const rules = { whole: true, min: -100, max: 100, what: 'points of priority' };
  if (when.priority.trim() !== '') note('priority', readAmount(when.priority, rules).problem);
  note('delaySeconds', readRunTime(when.delaySeconds).problem);
  if (when.minWorkers.trim() !== '') {
    note('minWorkers', readAmount(when.minWorkers, { whole: true, min: 1, max: 10_000, what: 'workers' }).problem);
  }
  if (readLabels(when.labels) === undefined) note('labels', 'Write labels like zone=eu, disk=ssd.');
  if (when.kind !== 'schedule') return problems;
  const fields = when.cron.trim().split(/\s+/);
  if (when.cron.trim() === '') note('cron', 'Say when, such as 0 3 * * 1-5 for three in the night on workdays.');
  else if (fields.length !== 5 && fields.length !== 6) {
    note(
      'cron',
      `This has ${fields.length} field${fields.length === 1 ? '' : 's'}; five are needed: minute hour day month weekday.`,
    );
  }
  if (!isTimeZone(when.timeZone))
    note('timeZone', `"${when.timeZone}" is no time zone; write one like Europe/Berlin or UTC.`);
  return problems;
}

/** The queue part of the body; undefined for a start at once. Call only when `checkWhen` finds nothing. */
export function queueOf(when: WhenForm): QueueRequest | undefined {
  if (when.kind === 'now') return undefined;
  const queue: QueueRequest = {};
  if (when.priority.trim() !== '') queue.priority = Number(when.priority);
  const delay = readRunTime(when.delaySeconds);
  if (delay.problem === undefined && delay.seconds !== null) queue.delaySeconds = delay.seconds;
  if (when.minWorkers.trim() !== '') queue.minWorkers = Number(when.minWorkers);
  const labels = readLabels(when.labels);
  if (labels && Object.keys(labels).length > 0) queue.labels = labels;
  return queue;
}

export function scheduleOf(when: WhenForm, run: CreateRunBody): CreateScheduleBody {
  const name = when.name.trim();
  const { cron, timeZone } = when;
  return { ...(name === '' ? {} : { name }), cron: cron.trim(), timeZone: timeZone.trim() || 'UTC', run };
}

function readLabels(text: string): Record<string, string> | undefined {
  const labels: Record<string, string> = {};
  for (const part of text.split(',').map((entry) => entry.trim())) {
    if (part === '') continue;
    const match = /^([^=\s]+)\s*=\s*([^=\s]+)$/.exec(part);
    if (!match?.[1] || !match[2]) return undefined;
    labels[match[1]] = match[2];
  }
  return labels;
}

function isTimeZone(text: string): boolean {
  if (text.trim() === '') return true;
  try {
    return Intl.DateTimeFormat(undefined, { timeZone: text.trim() }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
