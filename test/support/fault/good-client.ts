import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { repository } from '../apps.js';

export interface GoodWaits {
  failures: number;
  readonly waitsMs: number[];
  /** The same without the time for which the machine let neither client nor master run. */
  readonly ownMs: number[];
}

/** A well-mannered client of a master, beside whatever the test does to it. */
export class GoodClient {
  private constructor(private readonly child: ChildProcess) {}

  /** @param pid of the master. @returns when it has begun to ask */
  static async begin(url: string, pid: number): Promise<GoodClient> {
    const child = fork(join(repository, 'scripts/run-ts.mjs'), ['test/support/fault/good-client-process.ts'], {
      cwd: repository,
    });
    child.send({ url, pid });
    await once(child, 'message');
    return new GoodClient(child);
  }

  async end(): Promise<GoodWaits> {
    const answer = once(this.child, 'message');
    this.child.send('end');
    const [waits] = (await answer) as [GoodWaits];
    return waits;
  }
}

export function percentile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((p / 100) * sorted.length))] ?? NaN;
}
