/**
 * F-CPU burnt: beside the engine of one of two workers other processes take its core. Its numbers are about itself then, so the run is
 * invalid and the worker is named; without them the same run passes. The engine and two endless loops share one core here, and the
 * engine is the one that gives way, so that it does not depend on how the kernel shares time between equals.
 *
 * Seen red: with `invalidShare` of libs/stats/src/verdict/verdict.ts beyond reach the run is only degraded.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { childrenOf } from '../support/fault/faults.js';
import { scene } from '../support/fault/scene.js';

jest.setTimeout(180_000);

const load = { users: 10, runTimeSeconds: 20 };
const core = '0';

/** Takes the core from an engine process. */
function burn(engine: number): ChildProcess[] {
  execFileSync('taskset', ['-apc', core, String(engine)], { stdio: 'ignore' });
  for (const thread of readdirSync(`/proc/${engine}/task`)) {
    execFileSync('renice', ['-n', '19', '-p', thread], { stdio: 'ignore' });
  }
  return Array.from({ length: 2 }, () => spawn('taskset', ['-c', core, process.execPath, '-e', 'for(;;);']));
}

const possible = process.platform === 'linux' && availableParallelism() > 1;

(possible ? it : it.skip)(
  'F-CPU: a run beside a burnt core is invalid and names the worker; a clean one passes',
  async () => {
    await scene({ name: 'F-CPU', workers: 2 }, async (stage) => {
      const clean = await stage.load(load);
      expect(await stage.ended(clean.id)).toMatchObject({ state: 'finished', verdict: 'passed', verdictReasons: [] });

      const [victim, other] = [stage.worker(1), stage.worker(0)];
      const { id } = await stage.load(load);
      await stage.underLoad(id);
      const engines = childrenOf(victim.app.pid);
      expect(engines).toHaveLength(1);
      const hogs = engines.flatMap(burn);
      try {
        const run = await stage.ended(id, 90_000);
        process.stdout.write(`  F-CPU: ${run.verdict}: ${run.verdictReasons.join('; ')}\n`);
        expect(run).toMatchObject({ state: 'finished', verdict: 'invalid' });
        const reasons = run.verdictReasons.filter((reason) => reason.includes('overloaded')).join();
        expect(reasons).toContain(`worker ${victim.app.name} was overloaded`);
        expect(reasons).not.toContain(`worker ${other.app.name} `);
      } finally {
        for (const hog of hogs) hog.kill('SIGKILL');
      }
    });
  },
);
