// One small run, prepared and started on some workers of a scene.
import { somePlan } from './fake-runner.js';
import { bundleOf, type Scene, type SceneWorker } from './scene.js';

export const bundle = bundleOf('export const answer = 42; // ä');
export const plan = somePlan({ bundleHash: bundle.hash, stopTimeoutMs: 500 });

export async function startRun(scene: Scene, workers: SceneWorker[], fenced = false): Promise<void> {
  for (const worker of workers) await scene.until(scene.link(worker).prepare(plan, bundle));
  const startAtMasterMs = scene.masterClock.nowMs() + 1_000;
  await scene.until(
    Promise.all(
      workers.map((worker, index) =>
        scene.link(worker).start({
          runId: plan.runId,
          share: { index, of: workers.length },
          startAtMasterMs,
          elapsedMs: 0,
          data: { token: 't' },
          fenced,
        }),
      ),
    ),
  );
}
