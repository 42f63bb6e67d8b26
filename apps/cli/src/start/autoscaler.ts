/**
 * Follows the number of workers that the master has use for, with worker processes on this machine. More are started at
 * once, because somebody waits for them; fewer only after a while and only idle ones, because a start costs seconds.
 */
import type { Clock, DesiredWorkersView, TimerHandle, WorkerView } from '@loadstar/shared';

export interface AutoscalerPorts {
  readonly clock: Clock;
  /** @throws when the master does not answer; nothing is changed then */
  readonly desired: () => Promise<Pick<DesiredWorkersView, 'desired'>>;
  /** Workers as the master knows them; ids begin with their names. */
  readonly workers: () => Promise<readonly Pick<WorkerView, 'id' | 'state'>[]>;
  /** Starts a worker; resolves when it is ready. */
  readonly add: (name: string) => Promise<void>;
  /** Ends a worker. */
  readonly remove: (name: string) => Promise<void>;
  readonly onChange: (change: { from: number; to: number }) => void;
}

export interface AutoscalerRules {
  /** Bounds of the number of workers here. */
  readonly min: number;
  readonly max: number;
  /** How long fewer have to be wanted before one is ended, milliseconds. */
  readonly patienceMs: number;
  /** How often it looks, milliseconds. */
  readonly lookMs: number;
}

export const defaultRules = { patienceMs: 60_000, lookMs: 2_000 };

export const workerName = (number: number): string => `worker-${number}`;

export class Autoscaler {
  private timer: TimerHandle | undefined;
  private enoughSinceMs: number | undefined;
  /** Numbers of the workers that run. */
  private readonly running: Set<number>;
  private isLooking = false;
  private isStopped = false;

  /** @param running workers that run already, numbered from 1 */
  constructor(
    private readonly ports: AutoscalerPorts,
    private readonly rules: AutoscalerRules,
    running: number,
  ) {
    this.running = new Set(Array.from({ length: running }, (_, index) => index + 1));
  }

  start(): void {
    this.timer = this.ports.clock.setInterval(() => void this.look(), this.rules.lookMs);
  }

  stop(): void {
    this.isStopped = true;
    this.timer?.cancel();
  }

  /** Looks and follows once; while an earlier look is at it, nothing. */
  async look(): Promise<void> {
    if (this.isLooking || this.isStopped) return;
    this.isLooking = true;
    try {
      const { desired } = await this.ports.desired();
      await this.follow(Math.min(this.rules.max, Math.max(this.rules.min, desired)));
    } catch {
      // The master is away, or a worker did not start: the supervisor says so, and the next look tries again.
    } finally {
      this.isLooking = false;
    }
  }

  private async follow(wanted: number): Promise<void> {
    const { clock, remove, onChange } = this.ports;
    const from = this.running.size;
    if (wanted >= from) this.enoughSinceMs = undefined;
    if (wanted > from) {
      onChange({ from, to: wanted });
      await this.fill(wanted);
    } else if (wanted < from) {
      this.enoughSinceMs ??= clock.nowMs();
      const last = Math.max(...this.running);
      if (clock.nowMs() - this.enoughSinceMs < this.rules.patienceMs || !(await this.isIdle(workerName(last)))) return;
      this.running.delete(last);
      onChange({ from, to: from - 1 });
      await remove(workerName(last));
    }
  }

  /** Starts what is missing of the workers 1 to `wanted`, side by side; one that does not start is missing still. */
  private async fill(wanted: number): Promise<void> {
    const missing = Array.from({ length: wanted }, (_, index) => index + 1).filter(
      (number) => !this.running.has(number),
    );
    await Promise.all(
      missing.map(async (number) => {
        await this.ports.add(workerName(number));
        this.running.add(number);
      }),
    );
  }

  private async isIdle(name: string): Promise<boolean> {
    const own = (await this.ports.workers()).filter(({ id }) => id.startsWith(`${name}_`));
    return own.every(({ state }) => state === 'ready' || state === 'lost');
  }
}
