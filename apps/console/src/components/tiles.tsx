import type { ReactNode } from 'react';
import { clockText, runTimeText } from '../format/durations.js';
import { noValue, numbers } from '../format/numbers.js';
import type { LiveSnapshot } from '../live/live-model.js';
import { isActive } from '../live/run-phase.js';
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
  const active = isActive(run?.state);
  return (
    <dl className="card tiles" data-testid="tiles">
      <Tile
        label="Users"
        value={stats ? numbers.count(stats.users) : noValue}
        unit={active && stats && stats.targetUsers !== stats.users ? `of ${numbers.count(stats.targetUsers)}` : ''}
        more={active ? usersMore(live) : ''}
        testId="users"
      >
        <Sparkline values={columns.users} tone="users" />
      </Tile>
      <Tile
        label="Requests per second"
        value={total ? numbers.rate(active ? total.currentRps : meanRate(live)) : noValue}
        unit={active || !some ? '' : 'on average'}
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
        more={
          !active || newest === null || newest === undefined
            ? 'p95 of response time'
            : `${numbers.milliseconds(newest)} now`
        }
        testId="p95"
      >
        <Sparkline values={columns.p95Ms} tone="warn" />
      </Tile>
      <WorkersTile live={live} />
      <Tile
        label="Elapsed"
        value={stats && run ? clockText(stats.elapsedSeconds) : noValue}
        unit={run?.runTimeSeconds ? `of ${runTimeText(run.runTimeSeconds)}` : ''}
        more={elapsedMore(live)}
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

/** Requests per second over the whole run: what is left to say when it is over. */
function meanRate({ stats }: LiveSnapshot): number {
  return stats && stats.elapsedSeconds > 0 ? stats.total.requests / stats.elapsedSeconds : 0;
}

function elapsedMore({ run, stats }: LiveSnapshot): string {
  if (!run) return '';
  if (!isActive(run.state)) return 'ended';
  if (run.runTimeSeconds === null) return run.shape === null ? 'until stopped' : 'until the shape ends it';
  const left = run.runTimeSeconds - (stats?.elapsedSeconds ?? 0);
  return left > 0 ? `${clockText(left)} left` : 'time is up';
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
