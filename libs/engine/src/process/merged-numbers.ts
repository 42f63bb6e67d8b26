import { mergeHealth, type Phase, Pulse, RunStats, type Snapshot, type SnapshotHeader } from '@loadstar/stats';

/** Numbers of one run over all engine processes of a pool, those that have died included. */
export class MergedNumbers {
  private readonly latest = new Map<string, Snapshot>();
  /** Engines whose process has ended; their numbers stay, their users are gone. */
  private readonly dead = new Set<string>();
  private readonly pulses = new Map<string, Pulse>();
  private hidden = 0;

  /** @param apart whether engines may end at different times as planned */
  constructor(private readonly apart = false) {}

  /** @param engine name of the engine process, different for a replacement */
  accept(engine: string, snapshot: Snapshot): void {
    const before = this.latest.get(engine);
    const { header, stats } = snapshot;
    const delta = before ? stats.since(before.stats) : stats;
    const pulse = this.pulses.get(engine) ?? new Pulse();
    this.pulses.set(engine, pulse);
    pulse.beat(header, stats.inFlight, delta, header.elapsedMs - (before?.header.elapsedMs ?? header.startedMs ?? 0));
    this.latest.set(engine, snapshot);
  }

  /** @param elapsedMs run time now, when its process ended; left out when there is nothing that it could have kept back */
  died(engine: string, elapsedMs?: number): void {
    if (this.dead.has(engine)) return;
    this.dead.add(engine);
    if (elapsedMs === undefined || this.isFinal(engine)) return;
    const hiddenMs = Math.max(0, elapsedMs - this.toldUntilMs(engine));
    // Shares are equal within one user, so of one that never spoke the others tell.
    const known = this.pulses.get(engine);
    const pulses = known ? [known] : [...this.pulses.values()];
    this.hidden += Math.max(0, ...pulses.map((pulse) => pulse.mostHidden(hiddenMs, 0)));
  }

  /** Requests that engines which died can have made without telling, at most. */
  get unreportedAtMost(): number {
    return this.hidden;
  }

  /** Run time that the newest numbers of an engine are of, milliseconds; 0 before the first. */
  toldUntilMs(engine: string): number {
    return this.latest.get(engine)?.header.elapsedMs ?? 0;
  }

  /** Whether this engine has said its last word. */
  isFinal(engine: string): boolean {
    return this.latest.get(engine)?.header.final ?? false;
  }

  /** Cumulative numbers of the whole: a new value, which the caller may keep. */
  stats(): RunStats {
    const merged = new RunStats();
    for (const { stats } of this.latest.values()) merged.merge(stats);
    return merged;
  }

  /** Header of the whole, without what identifies the sender. */
  header(): Omit<SnapshotHeader, 'runId' | 'worker' | 'incarnation' | 'seq'> {
    const all = [...this.latest.values()].map(({ header }) => header);
    const live = [...this.latest].filter(([engine]) => !this.dead.has(engine)).map(([, { header }]) => header);
    const sum = (pick: (header: SnapshotHeader) => number): number =>
      live.reduce((total, header) => total + pick(header), 0);
    const usersByClass: Record<string, number> = {};
    for (const header of live) {
      for (const [name, users] of Object.entries(header.usersByClass)) {
        usersByClass[name] = (usersByClass[name] ?? 0) + users;
      }
    }
    return {
      elapsedMs: Math.max(0, ...all.map(({ elapsedMs }) => elapsedMs)),
      phase: mergedPhase(
        live.map(({ phase }) => phase),
        this.apart,
      ),
      final: false,
      reason: all.find(({ reason }) => reason !== undefined)?.reason,
      users: sum(({ users }) => users),
      targetUsers: sum(({ targetUsers }) => targetUsers),
      spawnRate: sum(({ spawnRate }) => spawnRate),
      usersByClass,
      health: mergeHealth(live.map(({ health }) => health)),
    };
  }
}

/**
 * What the whole is doing: it is done when all are, stopping as soon as one is, and spawning while one is. With scenarios
 * one engine may have done its part long before another.
 */
function mergedPhase(all: readonly Phase[], apart: boolean): Phase {
  if (all.length === 0) return 'preparing';
  if (all.every((phase) => phase === 'done')) return 'done';
  const phases = apart ? all.filter((phase) => phase !== 'done') : all;
  const ending = (phase: Phase): boolean => phase === 'done' || phase === 'stopping';
  if (apart ? phases.every(ending) : phases.some(ending)) return 'stopping';
  if (phases.includes('spawning')) return 'spawning';
  return phases.includes('preparing') ? 'preparing' : 'running';
}
