import { useCallback, useState } from 'react';
import { ChartCard } from '../../charts/chart-card.js';
import type { ChartLine } from '../../charts/chart-options.js';
import { type ChartWindow, stretches, zoomTo } from '../../charts/chart-window.js';
import { clockText } from '../../format/durations.js';
import { numbers } from '../../format/numbers.js';
import type { LiveSnapshot } from '../../live/live-model.js';

const rateLines: readonly ChartLine[] = [
  { name: 'requests', label: 'Requests', tone: 'one', area: true },
  { name: 'failures', label: 'Failures', tone: 'bad', area: true },
];
const timeLines: readonly ChartLine[] = [
  { name: 'p50Ms', label: '50 %', tone: 'one' },
  { name: 'p95Ms', label: '95 %', tone: 'two' },
  { name: 'p99Ms', label: '99 %', tone: 'three' },
];
const userLines: readonly ChartLine[] = [
  { name: 'users', label: 'Actual', tone: 'users', area: true },
  { name: 'targetUsers', label: 'Target', tone: 'quiet' },
];

export function ChartsView({ live }: { live: LiveSnapshot }) {
  const [window, setWindow] = useState<ChartWindow>({ kind: 'follow', seconds: 300 });
  const onZoom = useCallback((from: number, to: number) => {
    const zoomed = zoomTo(from, to);
    if (zoomed) setWindow(zoomed);
  }, []);
  const onUnzoom = useCallback(() => setWindow({ kind: 'follow', seconds: null }), []);
  const shared = { series: live.series, version: live.seriesVersion, window, onZoom, onUnzoom };
  return (
    <>
      <div className="toolbar">
        <Stretch window={window} onWindow={setWindow} />
        <span className="faint hint-zoom">Drag over a chart to zoom in, double-click for all</span>
      </div>
      <div className="charts">
        <ChartCard
          {...shared}
          title="Per second"
          lines={rateLines}
          axisValue={numbers.compact}
          legendValue={numbers.count}
          leastTop={4}
          testId="chart-rate"
        />
        <ChartCard
          {...shared}
          title="Response time"
          lines={timeLines}
          axisValue={numbers.milliseconds}
          legendValue={numbers.milliseconds}
          leastTop={10}
          testId="chart-time"
        />
        <ChartCard
          {...shared}
          title="Users"
          lines={userLines}
          axisValue={numbers.compact}
          legendValue={numbers.count}
          leastTop={4}
          testId="chart-users"
        />
      </div>
    </>
  );
}

function Stretch({ window, onWindow }: { window: ChartWindow; onWindow: (window: ChartWindow) => void }) {
  return (
    <div className="row">
      <div className="segments" role="group" aria-label="Stretch of time">
        {stretches.map(({ label, seconds }) => (
          <button
            key={label}
            type="button"
            aria-pressed={window.kind === 'follow' && window.seconds === seconds}
            onClick={() => onWindow({ kind: 'follow', seconds })}
          >
            {label}
          </button>
        ))}
      </div>
      {window.kind === 'fixed' ? (
        <span className="soft number" role="status">
          Zoomed to {clockText(window.from)} – {clockText(window.to)}
        </span>
      ) : null}
    </div>
  );
}
