/** The last lines that each node wrote, for `/logs` and the console: bounded, oldest forgotten first. */
import type { Clock, Logger, LogLevel } from '@loadstar/shared';

export const linesKept = 500;
/** Nodes whose lines are kept; a fleet that comes and goes must not grow the master. */
const nodesKept = 1_000;
const lineLength = 2_000;

export class LogRing {
  private readonly own: string[] = [];
  private readonly byWorker = new Map<string, string[]>();

  addOwn(line: string): void {
    push(this.own, [line]);
  }

  addOfWorker(worker: string, lines: readonly string[]): void {
    const kept = this.byWorker.get(worker) ?? [];
    this.byWorker.delete(worker);
    this.byWorker.set(worker, kept);
    push(kept, lines);
    for (const oldest of this.byWorker.keys()) {
      if (this.byWorker.size <= nodesKept) break;
      this.byWorker.delete(oldest);
    }
  }

  lines(): { master: string[]; workers: Record<string, string[]> } {
    return {
      master: [...this.own],
      workers: Object.fromEntries([...this.byWorker].map(([worker, lines]) => [worker, [...lines]])),
    };
  }
}

/** A logger that also puts its lines, but for `debug`, into the ring, in the form that Locust's have. */
export function ringLogger(logger: Logger, ring: LogRing, clock: Clock): Logger {
  const with_ = (level: Exclude<LogLevel, 'silent'>) => (facts: object, message: string) => {
    logger[level](facts, message);
    if (level === 'debug') return;
    const time = new Date(clock.wallMs()).toISOString().replace('T', ' ').replace('.', ',').slice(0, -1);
    ring.addOwn(`[${time}] master/${level.toUpperCase()}: ${message}${shownFacts(facts)}`);
  };
  return { debug: with_('debug'), info: with_('info'), warn: with_('warn'), error: with_('error') };
}

/** Plain values only: objects (errors, requests) may hold what a viewer should not see. */
function shownFacts(facts: object): string {
  const shown = Object.entries(facts).filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value));
  return shown.length === 0 ? '' : ` (${shown.map(([name, value]) => `${name} ${String(value)}`).join(', ')})`;
}

function push(into: string[], lines: readonly string[]): void {
  into.push(...lines.slice(-linesKept).map((line) => line.slice(0, lineLength)));
  if (into.length > linesKept) into.splice(0, into.length - linesKept);
}
