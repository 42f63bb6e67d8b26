/** The summary of a run from its record and its numbers, the same while it goes on, at its end and ever after. */
import { type Clock, loadstarVersion } from '@loadstar/shared';
import { type RunSummary, summarise } from '@loadstar/stats';
import type { RunDriver } from './run-driver.js';
import { toRunView } from './run-record.js';

export function summaryOf(driver: RunDriver, clock: Clock): RunSummary {
  const { numbers, record, participants, elapsedMs } = driver;
  const links = participants.all().map(({ link }) => link);
  const view = toRunView(record);
  const { countedFromMs } = numbers.ledger;
  return summarise(
    numbers.stats,
    {
      runId: view.id,
      scenario: view.scenario,
      host: view.host,
      seed: view.seed,
      startedAt: view.startedAt ?? view.createdAt,
      endedAt: view.endedAt ?? new Date(clock.wallMs()).toISOString(),
      elapsedSeconds: Math.max(0, elapsedMs - countedFromMs) / 1000,
      countedFromMs,
      users: numbers.series.peakUsers,
      targetUsers: view.users,
      spawnRate: view.spawnRate,
      shape: view.shape,
      userClasses: view.userClasses,
      workers: links.length,
      engines: links.reduce((sum, { engines }) => sum + engines, 0),
      loadstarVersion,
      nodeVersion: process.version,
      verdict: view.verdict,
      verdictReasons: view.verdictReasons,
      unreportedAtMost: view.unreportedAtMost,
      environment: {},
    },
    { thresholds: driver.description.thresholds, headers: numbers.ledger.headers() },
  );
}
