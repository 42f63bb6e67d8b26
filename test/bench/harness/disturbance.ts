/**
 * How much else the machine did during a measurement: CPU time that is not ours, and time that a hypervisor gave to others.
 * On a shared machine this explains more outliers than anything else, so measurements that were disturbed are repeated
 * and the rest is told.
 */
import { readFileSync } from 'node:fs';
import { startedProcesses } from './pinned-process.js';

const ticksPerSecond = 100;
/** Cores; above it a measurement is made again. */
const tolerated = 0.25;

interface Moment {
  readonly atMs: number;
  /** Seconds of CPU since the machine's start. */
  readonly busy: number;
  readonly own: number;
}

export interface Calm<T> {
  readonly result: T;
  /** Cores that others had meanwhile, on average. */
  readonly foreign: number;
}

/** Time that a case may spend waiting and measuring again, so that the whole stays bounded. */
export interface Patience {
  leftMs: number;
}

export const patience = (seconds: number): Patience => ({ leftMs: seconds * 1000 });

/** Measures until one measurement is undisturbed or patience is at its end; then the least disturbed one counts. */
export async function calmly<T>(left: Patience, measure: () => Promise<T>): Promise<Calm<T>> {
  let best: { readonly result: T; readonly foreign: number } | undefined;
  for (;;) {
    const startMs = performance.now();
    await untilCalm(left);
    const before = moment();
    const result = await measure();
    const foreign = foreignCores(before, moment());
    if (best !== undefined) left.leftMs -= performance.now() - startMs;
    if (best === undefined || foreign < best.foreign) best = { result, foreign };
    if (best.foreign <= tolerated || left.leftMs <= 0) return best;
  }
}

/** Waits for others to be done, but not for long: on some machines they never are. */
async function untilCalm(left: Patience): Promise<void> {
  const startMs = performance.now();
  // Some is kept for measuring again.
  while (performance.now() - startMs < left.leftMs / 4) {
    const before = moment();
    await new Promise((resolve) => setTimeout(resolve, 300));
    if (foreignCores(before, moment()) < tolerated) break;
  }
  left.leftMs -= Math.max(0, performance.now() - startMs - 300);
}

/** The rounds that count: the undisturbed ones, or the least disturbed one when there is none. */
export function calmRounds<T extends { readonly foreign: number }>(rounds: readonly T[]): readonly T[] {
  const calm = rounds.filter(({ foreign }) => foreign <= tolerated);
  return calm.length > 0 ? calm : rounds.toSorted((a, b) => a.foreign - b.foreign).slice(0, 1);
}

/** For the end of a row's note; nothing when all rounds were calm. */
export function disturbanceWords(rounds: readonly { readonly foreign: number }[]): string {
  const calm = rounds.filter(({ foreign }) => foreign <= tolerated).length;
  if (calm === rounds.length) return '';
  if (calm > 0) return `; of ${rounds.length} rounds the ${calm} undisturbed ones`;
  return `; disturbed: others had ${Math.min(...rounds.map(({ foreign }) => foreign)).toFixed(1)} cores in the best round`;
}

function foreignCores(before: Moment, after: Moment): number {
  const seconds = (after.atMs - before.atMs) / 1000;
  return Math.max(0, (after.busy - before.busy - (after.own - before.own)) / seconds);
}

function moment(): Moment {
  // Fields: user nice system idle iowait irq softirq steal. Interrupts are left out: over loopback they are our own.
  const [user = 0, nice = 0, system = 0, , , , , steal = 0] = numbers(read('/proc/stat').split('\n')[0]);
  const own = [process.pid, ...startedProcesses()].reduce((sum, pid) => sum + ticksOf(pid), 0);
  return {
    atMs: performance.now(),
    busy: (user + nice + system + steal) / ticksPerSecond,
    own: own / ticksPerSecond,
  };
}

/** Of a process and the children that it has waited for. */
function ticksOf(pid: number): number {
  // The name in brackets may hold anything; what follows is fixed. utime is the 14th field of all.
  const fields = numbers(read(`/proc/${pid}/stat`).split(') ')[1]);
  return fields.slice(11, 15).reduce((sum, ticks) => sum + ticks, 0);
}

const numbers = (line = ''): number[] =>
  line
    .replace(/^cpu +/, '')
    .split(' ')
    .map(Number);

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
