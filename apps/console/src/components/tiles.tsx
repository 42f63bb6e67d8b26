import type { ReactNode } from 'react';
import { clockText, runTimeText } from '../format/durations.js';
import { noValue, numbers } from '../format/numbers.js';
import type { LiveSnapshot } from '../live/live-model.js';
import type { SeriesStore } from '../live/series-store.js';
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
      {children ? <dd>{children}</dd> : null}
    </div>
  );
}

/** The six numbers that answer "how is it going" at a glance. */
export function Tiles({ live }: { live: LiveSnapshot }) {
  return (
    <dl className="card tiles" data-testid="tiles">
      <UsersTile live={live} />
      <RateTile live={live} />
      <FailuresTile live={live} />
      <TimeTile live={live} />
      <WorkersTile live={live} />
      <ElapsedTile live={live} />
    </dl>
  );
}

interface LiveProps {
  live: LiveSnapshot;
}

function UsersTile({ live: { stats, run, series } }: LiveProps) {
  const active = isActive(run?.state);
  const onTheWay = active && stats !== null && stats.targetUsers !== stats.users;
  let more = active || !stats ? '' : 'at most at once';
  if (active && run) {
    const planned = run.shape ? `shape ${run.shape}` : 'as planned';
    more = run.spawnRate === null ? planned : `${numbers.rate(run.spawnRate)} per second`;
  }
  return (
    <Tile
      label="Users"
      value={stats ? numbers.count(active ? stats.users : peak(series)) : noValue}
      unit={onTheWay ? `of ${numbers.count(stats.targetUsers)}` : ''}
      more={more}
      testId="users"
    >
      {active ? <Sparkline values={series.columns.users} tone="users" /> : null}
    </Tile>
  );
}

function RateTile({ live }: LiveProps) {
  const active = isActive(live.run?.state);
  const total = live.stats?.total;
  const ended = !active && total !== undefined && total.requests > 0;
  return (
    <Tile
      label="Requests per second"
      value={total ? numbers.rate(active ? total.currentRps : meanRate(live)) : noValue}
      unit={ended ? 'on average' : ''}
      more={total ? `${numbers.count(total.requests)} in total` : ''}
      testId="rps"
    >
      {active ? <Sparkline values={live.series.columns.requests} tone="plain" /> : null}
    </Tile>
  );
}

function FailuresTile({ live: { stats, run, series } }: LiveProps) {
  const total = stats?.total;
  const share = total && total.requests > 0 ? total.failures / total.requests : undefined;
  return (
    <Tile
      label="Failures"
      value={share === undefined ? noValue : numbers.percent(share)}
      tone={failureTone(share ?? 0)}
      more={total ? `${numbers.count(total.failures)} in total` : ''}
      testId="failure-share"
    >
      {isActive(run?.state) ? <Sparkline values={series.columns.failures} tone="bad" /> : null}
    </Tile>
  );
}

function failureTone(share: number): 'warn' | 'bad' | undefined {
  if (share >= 0.05) return 'bad';
  return share >= 0.01 ? 'warn' : undefined;
}

function TimeTile({ live: { stats, run, series } }: LiveProps) {
  const active = isActive(run?.state);
  const newest = active ? (series.columns.p95Ms.at(-1) ?? null) : null;
  return (
    <Tile
      label="95 % answered within"
      value={stats && stats.total.requests > 0 ? numbers.milliseconds(stats.total.p95Ms) : noValue}
      more={newest === null ? 'p95 of response time' : `${numbers.milliseconds(newest)} now`}
      testId="p95"
    >
      {active ? <Sparkline values={series.columns.p95Ms} tone="warn" /> : null}
    </Tile>
  );
}

function ElapsedTile({ live }: LiveProps) {
  const { stats, run } = live;
  return (
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
  );
}

function peak(series: SeriesStore): number {
  return series.columns.users.reduce<number>((most, users) => Math.max(most, users ?? 0), 0);
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
