import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { repository } from '../apps.js';
import type { FleetOrder, LightWorker } from './light-fleet-process.js';

/** As many as there are usually cores, so that the fleet is not slower than its master. */
const parts = 2;

/** A thousand workers from a few processes. */
export class LightFleet {
  private constructor(private readonly children: readonly ChildProcess[]) {}

  static async join(order: { url: string; token: string; seed: string; count: number }): Promise<LightFleet> {
    const { count, ...rest } = order;
    const script = join(repository, 'scripts/run-ts.mjs');
    const children = Array.from({ length: parts }, () =>
      fork(script, ['test/support/fault/light-fleet-process.ts'], { cwd: repository }),
    );
    const fleet = new LightFleet(children);
    await fleet.ask((part) => ({
      kind: 'join',
      ...rest,
      from: Math.floor((count * part) / parts),
      to: Math.floor((count * (part + 1)) / parts),
    }));
    return fleet;
  }

  async look(): Promise<LightWorker[]> {
    return (await this.ask(() => ({ kind: 'look' }))).flat();
  }

  /** @returns when all have left, or were ended after a while */
  async leave(): Promise<void> {
    const late = setTimeout(() => this.kill(), 15_000);
    await this.ask(() => ({ kind: 'leave' })).catch(() => {});
    clearTimeout(late);
    this.kill();
  }

  private kill(): void {
    for (const child of this.children) child.kill('SIGKILL');
  }

  private ask(order: (part: number) => FleetOrder): Promise<LightWorker[][]> {
    return Promise.all(
      this.children.map(async (child, part) => {
        const gone = once(child, 'exit').then(() => {
          throw new Error('a process of the fleet has ended');
        });
        child.send(order(part));
        const [answer] = (await Promise.race([once(child, 'message'), gone])) as [LightWorker[]];
        return answer;
      }),
    );
  }
}
