import type { ReactNode } from 'react';
import { clockText, runTimeText } from '../format/durations.js';
import { noValue, numbers } from '../format/numbers.js';
import type { LiveSnapshot } from '../live/live-model.js';
import { Sparkline } from './sparkline.js';

interface TileProps {
  label: string;
  value: ReactNode;
  unit?: string;
  more: ReactNode;
  tone?: 'warn' | 'bad' | undefined;
  testId: string;
  children?: ReactNode;
}

function Tile({ label, value, unit, more, tone, testId, children }: TileProps) {
  return (
    <div className="tile">
      <dt>{label}</dt>
      <dd className={tone ? `value tone-${tone}` : 'value'}>
        <span data-testid={testId}>{value}</span>
        {unit ? <span className="unit"> {unit}</span> : null}
      </dd>
      <dd className="more">{more}</dd>
      {children}
    </div>
  );
}

/** The six numbers that answer "how is it going" at a glance. */
export function Tiles({ live }: { live: LiveSnapshot }) {
  const { stats, run, series } = live;
  const { columns } = series;
  const total = stats?.total;
  const some = total !== undefined && total.requests > 0;
  const failShare = some ? total.failures / total.requests : 0;
  const newest = columns.p95Ms.at(-1);
  return (
    <dl className="card tiles" data-testid="tiles">
      <Tile
        label="Users"
        value={stats ? numbers.count(stats.users) : noValue}
        unit={stats && stats.targetUsers !== stats.users ? `of ${numbers.count(stats.targetUsers)}` : ''}
        more={usersMore(live)}
        testId="users"
      >
        <Sparkline values={columns.users} tone="users" />
      </Tile>
      <Tile
        label="Requests per second"
        value={total ? numbers.rate(total.currentRps) : noValue}
        more={total ? `${numbers.count(total.requests)} in total` : ''}
        testId="rps"
      >
        <Sparkline values={columns.requests} tone="plain" />
      </Tile>
      <Tile
        label="Failures"
        value={some ? numbers.percent(failShare) : noValue}
        tone={failShare >= 0.05 ? 'bad' : failShare >= 0.01 ? 'warn' : undefined}
        more={total ? `${numbers.count(total.failures)} in total` : ''}
        testId="failure-share"
      >
        <Sparkline values={columns.failures} tone="bad" />
      </Tile>
      <Tile
        label="95 % answered within"
        value={some ? numbers.milliseconds(total.p95Ms) : noValue}
        more={newest === null || newest === undefined ? 'p95 of response time' : `${numbers.milliseconds(newest)} now`}
        testId="p95"
      >
        <Sparkline values={columns.p95Ms} tone="warn" />
      </Tile>
      <WorkersTile live={live} />
      <Tile
        label="Elapsed"
        value={stats && run ? clockText(stats.elapsedSeconds) : noValue}
        unit={run?.runTimeSeconds ? `of ${runTimeText(run.runTimeSeconds)}` : ''}
        more={run ? (run.runTimeSeconds ? remaining(live) : run.shape ? 'the shape ends it' : 'until stopped') : ''}
        testId="elapsed"
      >
        {run?.runTimeSeconds ? (
          <progress aria-label="Run time" max={run.runTimeSeconds} value={stats?.elapsedSeconds ?? 0} />
        ) : null}
      </Tile>
    </dl>
  );
}

function usersMore({ run }: LiveSnapshot): string {
  if (run?.shape) return `shape ${run.shape}`;
  if (run?.spawnRate === null || run?.spawnRate === undefined) return '';
  return `${numbers.rate(run.spawnRate)} per second`;
}

function remaining({ run, stats }: LiveSnapshot): string {
  const left = (run?.runTimeSeconds ?? 0) - (stats?.elapsedSeconds ?? 0);
  return left > 0 && run?.endedAt === null ? `${clockText(left)} left` : 'time is up';
}

function WorkersTile({ live }: { live: LiveSnapshot }) {
  const present = live.workers.filter((worker) => worker.state !== 'lost');
  const quiet =
    live.workers.length - live.workers.filter((worker) => !['lost', 'suspect'].includes(worker.state)).length;
  const engines = present.reduce((sum, worker) => sum + worker.engines, 0);
  return (
    <Tile
      label="Workers"
      value={numbers.count(present.length)}
      more={quiet > 0 ? <span className="tone-warn">{quiet} not heard of</span> : `${engines} engines`}
      testId="worker-count"
    />
  );
}
