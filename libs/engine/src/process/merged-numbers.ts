import { mergeHealth, type Phase, RunStats, type Snapshot, type SnapshotHeader } from '@loadstar/stats';

/** Numbers of one run over all engine processes of a pool, those that have died included. */
export class MergedNumbers {
  private readonly latest = new Map<string, Snapshot>();
  /** Engines whose process has ended; their numbers stay, their users are gone. */
  private readonly dead = new Set<string>();

  /** @param apart whether engines may end at different times as planned */
  constructor(private readonly apart = false) {}

  /** @param engine name of the engine process, different for a replacement */
  accept(engine: string, snapshot: Snapshot): void {
    this.latest.set(engine, snapshot);
  }

  died(engine: string): void {
    this.dead.add(engine);
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
