import { useCallback, useState } from 'react';
import { useSession } from '../../api/session.js';
import { ChartCard } from '../../charts/chart-card.js';
import type { ChartLine } from '../../charts/chart-options.js';
import { type ChartWindow, stretches, zoomTo } from '../../charts/chart-window.js';
import { HeatMap } from '../../charts/heat-map.js';
import { PercentileCurve } from '../../charts/percentile-curve.js';
import { clockText } from '../../format/durations.js';
import { numbers } from '../../format/numbers.js';
import type { LiveSnapshot } from '../../live/live-model.js';
import { isActive } from '../../live/run-phase.js';
import { useDetail } from '../../runs/use-detail.js';
import { useSummary } from '../../runs/use-summary.js';

const rateLines: readonly ChartLine[] = [
  { name: 'requests', label: 'Requests', tone: 'one', area: true },
  { name: 'failures', label: 'Failures', tone: 'bad', area: true },
];
const timeLines: readonly ChartLine[] = [
  { name: 'p50Ms', label: '50 %', tone: 'one' },
  { name: 'p95Ms', label: '95 %', tone: 'two' },
  { name: 'p99Ms', label: '99 %', tone: 'three' },
];
const serviceLines: readonly ChartLine[] = [
  ...timeLines,
  { name: 'serviceP50Ms', label: 'Service 50 %', tone: 'one', dashed: true },
  { name: 'serviceP95Ms', label: '95 %', tone: 'two', dashed: true },
  { name: 'serviceP99Ms', label: '99 %', tone: 'three', dashed: true },
];
const userLines: readonly ChartLine[] = [
  { name: 'users', label: 'Actual', tone: 'users', area: true },
  { name: 'targetUsers', label: 'Planned', tone: 'quiet' },
];

/** The stretch of time that several charts share, and how it is changed. */
export function useChartWindow(first: ChartWindow) {
  const [window, setWindow] = useState<ChartWindow>(first);
  const onZoom = useCallback((from: number, to: number) => {
    const zoomed = zoomTo(from, to);
    if (zoomed) setWindow(zoomed);
  }, []);
  const onUnzoom = useCallback(() => setWindow({ kind: 'follow', seconds: null }), []);
  return { window, setWindow, onZoom, onUnzoom };
}

/** Of a run so long that older seconds are told together. */
const togetherWords = 'Older seconds are drawn together: mean rate, worst percentiles. ';

export function ChartsView({ live }: { live: LiveSnapshot }) {
  // Of a run that is over all is of interest, of one that goes on the last minutes are.
  const [seconds] = useState(isActive(live.run?.state) ? 300 : null);
  const { window, setWindow, onZoom, onUnzoom } = useChartWindow({ kind: 'follow', seconds });
  const { config } = useSession();
  const summary = useSummary(live);
  const { series, events: marks } = live;
  // Both only grow, so their sum is another one whenever one of them is.
  const version = live.seriesVersion + useDetail([live], window);
  const shared = { series, version, window, onZoom, onUnzoom, marks };
  const boundsMs = config?.features.latencyBoundsMs;
  return (
    <>
      <div className="toolbar">
        <Stretch window={window} onWindow={setWindow} />
        <span className="faint hint-zoom">
          {series.spans[0] === undefined || series.spans[0] === 1 ? '' : togetherWords}
          Drag over a chart to zoom in, double-click for all
        </span>
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
          lines={series.has('serviceP50Ms') ? serviceLines : timeLines}
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
        {boundsMs ? <HeatMap series={series} version={version} window={window} boundsMs={boundsMs} /> : null}
        {summary ? <PercentileCurve response={summary.total.response} service={summary.total.service} /> : null}
      </div>
    </>
  );
}

interface StretchProps {
  window: ChartWindow;
  onWindow: (window: ChartWindow) => void;
}

export function Stretch({ window, onWindow }: StretchProps) {
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
