/** The end of a run on this machine: its summary, what it is worth, and how it compares with its baseline. */
import { arch, cpus, release, totalmem, type } from 'node:os';
import { compareStored, type RunDetails, type StoredRun } from '@loadstar/report';
import {
  loadstarVersion,
  plannedArrivals,
  type RunEvent,
  type RunPlan,
  type ScenarioDescription,
  type SeriesPoint,
} from '@loadstar/shared';
import {
  type Comparison,
  exhaustion,
  type Judgement,
  judgeRun,
  type RunFacts,
  type RunJudge,
  type RunStats,
  type RunSummary,
  type SnapshotHeader,
  summarise,
  type SummaryMeta,
  type TimeSeries,
} from '@loadstar/stats';

export interface SessionResult {
  readonly summary: RunSummary;
  readonly points: SeriesPoint[];
  readonly details: RunDetails;
  readonly judgement: Judgement;
}

export interface EndedSession {
  readonly plan: RunPlan;
  readonly description: ScenarioDescription;
  /** Wall-clock milliseconds. */
  readonly startedMs: number;
  readonly endedMs: number;
  readonly engines: number;
  readonly enginesLost: number;
  /** What went wrong, in words. */
  readonly incidents: readonly string[];
  readonly events: readonly RunEvent[];
  readonly stoppedBySignal: boolean;
  /** The last that was heard; undefined when nothing was. */
  readonly header: SnapshotHeader | undefined;
  readonly stats: RunStats;
  readonly series: TimeSeries;
  readonly judge: RunJudge;
  readonly baseline: { readonly label: string; readonly run: StoredRun } | undefined;
}

export function concludeRun(session: EndedSession): SessionResult {
  const { stats, judge, header, series } = session;
  const meta = metaOf(session);
  const details = { slices: judge.sliced(), stats };
  const thresholdResults = judge.conclude(header?.elapsedMs ?? 0);
  const capacity = judge.capacity?.view();
  const headers = header ? [header] : [];
  const { events } = session;
  const summary = summarise(stats, meta, { thresholdResults, slices: details.slices, headers, capacity, events });
  const facts = factsOf(session, summary);
  const first = judgeRun(facts);
  const comparison = session.baseline && compare(session.baseline, judged(summary, first), details);
  const judgement = comparison ? judgeRun({ ...facts, comparison }) : first;
  return {
    summary: { ...judged(summary, judgement), ...(comparison && { comparison }) },
    points: series.points(),
    details,
    judgement,
  };
}

function judged(summary: RunSummary, { verdict, reasons }: Judgement): RunSummary {
  return { ...summary, meta: { ...summary.meta, verdict, verdictReasons: [...reasons] } };
}

function compare(baseline: { label: string; run: StoredRun }, summary: RunSummary, details: RunDetails): Comparison {
  return compareStored(baseline, { label: 'this run', run: { summary, details } });
}

function factsOf({ plan, stats, judge, ...session }: EndedSession, summary: RunSummary): RunFacts {
  const { load } = plan;
  return {
    thresholds: summary.thresholds,
    requests: summary.total.requests,
    exception: [...stats.exceptions][0]?.message,
    lost: Array.from({ length: session.enginesLost }, (_, i) => ({
      kind: 'engine' as const,
      name: `${i + 1} of ${session.engines}`,
      detail: 'its process died, with the users in it',
    })),
    incidents: [...session.incidents, ...exhaustion(stats)],
    generators: judge.generators(),
    capacity: summary.capacity,
    arrivals:
      load.kind === 'scenarios'
        ? { planned: plannedArrivals(load.scenarios, summary.meta.elapsedSeconds), dropped: stats.droppedArrivals }
        : undefined,
    stoppedBySignal: session.stoppedBySignal,
  };
}

/** What the numbers depend on beside the target. */
function environmentOfHost(): Record<string, string> {
  const cores = cpus();
  return {
    'Operating system': `${type()} ${release()}, ${arch()}`,
    Processor: `${cores.length} cores of ${cores[0]?.model.trim() ?? 'an unknown processor'}`,
    Memory: `${(totalmem() / 2 ** 30).toFixed(1)} GiB`,
  };
}

function metaOf({ plan, description, startedMs, endedMs, header, series, engines }: EndedSession): SummaryMeta {
  const { load } = plan;
  return {
    runId: plan.runId,
    scenario: plan.scenario,
    host: plan.host,
    seed: plan.seed,
    startedAt: new Date(startedMs).toISOString(),
    endedAt: new Date(endedMs).toISOString(),
    elapsedSeconds: (header?.elapsedMs ?? 0) / 1000,
    countedFromMs: 0,
    users: series.peakUsers,
    targetUsers: load.kind === 'users' ? load.users : null,
    spawnRate: load.kind === 'users' ? load.spawnRate : null,
    shape: load.kind === 'shape' ? load.shape : null,
    userClasses: description.userClasses.map(({ name }) => name),
    workers: 0,
    engines,
    loadstarVersion,
    nodeVersion: process.version,
    verdict: null,
    verdictReasons: [],
    unreportedAtMost: header?.unreportedAtMost ?? 0,
    environment: environmentOfHost(),
  };
}
