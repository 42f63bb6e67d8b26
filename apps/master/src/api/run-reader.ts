/** What the faces show of a run's numbers, with an honest empty answer before the first run. */
import { Inject, Injectable } from '@nestjs/common';
import { type Clock, loadstarVersion, type RunView, type SeriesPoint } from '@loadstar/shared';
import { RunStats, type RunSummary, summarise } from '@loadstar/stats';
import { MasterConfig } from '../config/master-config.js';
import { clockPort } from '../config/ports.js';
import { RunControl } from '../runs/run-control.js';

@Injectable()
export class RunReader {
  constructor(
    private readonly runs: RunControl,
    private readonly config: MasterConfig,
    @Inject(clockPort) private readonly clock: Clock,
  ) {}

  /** @param runId left out: the active or latest run, and zeros when there is none yet */
  summary(runId?: string): RunSummary {
    if (runId === undefined && this.runs.current() === null) return this.#nothingYet();
    return this.runs.summary(runId);
  }

  points(runId?: string): SeriesPoint[] {
    if (runId === undefined && this.runs.current() === null) return [];
    return this.runs.series(runId);
  }

  stats(): RunStats {
    return this.runs.current() === null ? new RunStats() : this.runs.runStats();
  }

  /** Percentiles of the last ten whole seconds, as Locust has them; null without a request in them. */
  recent(): Pick<SeriesPoint, 'p50Ms' | 'p95Ms' | 'p99Ms'> {
    return this.runs.recent();
  }

  #nothingYet(): RunSummary {
    const now = new Date(this.clock.wallMs()).toISOString();
    return summarise(new RunStats(), {
      runId: '',
      scenario: this.config.defaultScenario,
      host: this.config.defaultHost,
      seed: '',
      startedAt: now,
      endedAt: now,
      elapsedSeconds: 0,
      countedFromMs: 0,
      users: 0,
      targetUsers: null,
      spawnRate: null,
      shape: null,
      userClasses: [],
      workers: 0,
      engines: 0,
      loadstarVersion,
      nodeVersion: process.version,
      verdict: null,
      verdictReasons: [],
      unreportedAtMost: 0,
      environment: {},
    });
  }
}

const endStates: readonly RunView['state'][] = ['finished', 'failed', 'aborted'];

/** Whether the run has not ended yet. */
export const isActive = (run: RunView | null): run is RunView => run !== null && !endStates.includes(run.state);
